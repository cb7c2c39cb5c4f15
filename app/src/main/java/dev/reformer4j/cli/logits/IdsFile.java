package dev.reformer4j.cli.logits;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.cli.UserError;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/// Reads ids: a JSON array with an array of ids for every sequence, `[[5, 17], [9]]`.
///
/// It is read as a stream, so that memory goes to ids alone, and a file that is something else is
/// found out at its first wrong word.
final class IdsFile {
  private static final int MOST_DIGITS = 20;
  private static final String FORM = "give an array of arrays of ids, such as [[5, 17], [9]]";

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(3)
                  .maxNumberLength(MOST_DIGITS)
                  .maxStringLength(1000)
                  .build())
          .build();

  private final Path path;
  private final int vocabularySize;
  private final int positions;
  private final List<int[]> rows = new ArrayList<>();

  private IdsFile(Path path, int vocabularySize, int positions) {
    this.path = path;
    this.vocabularySize = vocabularySize;
    this.positions = positions;
  }

  /// All sequences of a file.
  ///
  /// @param vocabularySize ids are below this
  /// @param positions the most ids in one sequence
  /// @throws UserError if the file holds anything else, no sequence, or a sequence that is empty or
  ///   too long
  static List<int[]> read(Path path, int vocabularySize, int positions) throws IOException {
    IdsFile file = new IdsFile(path, vocabularySize, positions);
    if (Files.isDirectory(path)) {
      throw file.wrong("is a directory; name a file in it");
    }
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(path));
        JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes)) {
      file.readRows(json);
    } catch (JacksonException e) {
      throw file.notJson(e);
    } catch (IOException e) {
      throw TensorFileException.reading(path, e);
    }
    return file.rows;
  }

  private void readRows(JsonParser json) {
    if (json.nextToken() != JsonToken.START_ARRAY) {
      throw wrong("holds no array; " + FORM);
    }
    for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
      if (next == JsonToken.VALUE_NUMBER_INT) {
        throw wrong(
            "holds ids in one array; put it in another, [[5, 17]], where each inner array is a"
                + " sequence");
      }
      if (next != JsonToken.START_ARRAY) {
        throw wrong(
            "holds " + shown(json, next) + " in place of sequence " + rows.size() + "; " + FORM);
      }
      rows.add(readRow(json));
    }
    if (json.nextToken() != null) {
      throw wrong("goes on after its closing ']'; only whitespace may follow there");
    }
    if (rows.isEmpty()) {
      throw wrong("holds no sequence; " + FORM);
    }
  }

  private int[] readRow(JsonParser json) {
    int[] ids = new int[64];
    int length = 0;
    for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
      if (length == positions) {
        throw wrong(
            "has more than %d ids in sequence %d, but the model has %d positions; shorten it, or cut it into several"
                .formatted(positions, rows.size(), positions));
      }
      if (length == ids.length) {
        ids = Arrays.copyOf(ids, Math.min(positions, 2 * length));
      }
      ids[length] = id(json, next, length);
      length++;
    }
    if (length == 0) {
      throw wrong("has no ids in sequence " + rows.size() + "; give at least one, or drop it");
    }
    return Arrays.copyOf(ids, length);
  }

  private int id(JsonParser json, JsonToken token, int index) {
    if (token == null) {
      throw wrong("ends in the middle of sequence " + rows.size() + "; the file is cut off");
    }
    String value = shown(json, token);
    if (token != JsonToken.VALUE_NUMBER_INT) {
      throw wrong(
          "holds %s %s, but ids are whole numbers; give one from 0 to %d"
              .formatted(value, place(index), vocabularySize - 1));
    }
    // Of at most MOST_DIGITS characters, so it may exceed a long, but not by much.
    double number = Double.parseDouble(value);
    if (number < 0 || number >= vocabularySize) {
      throw wrong(
          "holds id %s %s, outside the vocabulary; ids of this model are 0 to %d"
              .formatted(value, place(index), vocabularySize - 1));
    }
    return (int) number;
  }

  private String place(int index) {
    return "at index " + index + " of sequence " + rows.size();
  }

  private static String shown(JsonParser json, JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> TensorFileException.quote(json.getString());
      default -> TensorFileException.printable(String.valueOf(json.getString()), 60);
    };
  }

  private UserError notJson(JacksonException e) {
    if (e instanceof StreamConstraintsException) {
      return new UserError(
          path
              + " nests deeper than arrays in an array, or holds a number of over "
              + MOST_DIGITS
              + " digits; "
              + FORM,
          e);
    }
    if (e instanceof UnexpectedEndOfInputException) {
      return new UserError(path + " ends before its last bracket is closed; " + FORM, e);
    }
    String message = e.getOriginalMessage() == null ? "" : e.getOriginalMessage();
    String place =
        e.getLocation() == null || e.getLocation().getLineNr() < 1
            ? ""
            : " in line %d, column %d"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return new UserError(
        path
            + " is not valid JSON"
            + place
            + " ("
            + TensorFileException.printable(message, 120)
            + "); "
            + FORM,
        e);
  }

  private UserError wrong(String what) {
    return new UserError(path + " " + what);
  }
}
