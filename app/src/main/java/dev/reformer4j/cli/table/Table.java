package dev.reformer4j.cli.table;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.text.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The rows of a file.
///
/// @param file it
/// @param rows what stands in it, the first perhaps naming the columns; of JSONL an object each
record Table(Path file, List<Row> rows) {
  /// Nobody quotes with this, so quotes of a TSV are letters like others.
  private static final char NO_QUOTE = '\uFFFE';

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /// One row: its fields by their names, which are numbers from 1 on where a row is no object.
  ///
  /// @param line in which it begins, counted from 1
  record Row(long line, Map<String, String> fields) {}

  /// Reads a file.
  ///
  /// @throws UserError if it is not what it should be
  /// @throws IOException if it cannot be read, or is not UTF-8
  static Table read(Path file, TableFormat format) throws IOException {
    String text = TextFile.read(file);
    String plain = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    return new Table(
        file,
        switch (format) {
          case CSV -> separated(file, plain, ',', '"');
          case TSV -> separated(file, plain, '\t', NO_QUOTE);
          case JSONL -> objects(file, plain);
        });
  }

  private static List<Row> separated(Path file, String text, char separator, char quote)
      throws IOException {
    List<Row> rows = new ArrayList<>();
    try (CsvReader<CsvRecord> records =
        CsvReader.builder()
            .fieldSeparator(separator)
            .quoteCharacter(quote)
            .allowUnclosedQuote(false)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .maxBufferSize(Math.max(1 << 20, text.length() + 1))
            .ofCsvRecord(text)) {
      for (CsvRecord found : records) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : found.getFields()) {
          fields.put(Integer.toString(fields.size() + 1), field);
        }
        rows.add(new Row(found.getStartingLineNumber(), fields));
      }
    } catch (CsvParseException e) {
      throw new UserError(
          "%s is no CSV after line %d: a quoted field is not closed, or has something behind it; double the quotes that stand within a field"
              .formatted(file, rows.isEmpty() ? 0 : rows.getLast().line()),
          e);
    }
    return rows;
  }

  private static List<Row> objects(Path file, String text) {
    List<Row> rows = new ArrayList<>();
    long line = 0;
    for (String one : text.lines().toList()) {
      line++;
      if (!one.isBlank()) {
        rows.add(new Row(line, object(file, line, one)));
      }
    }
    return rows;
  }

  private static Map<String, String> object(Path file, long line, String text) {
    Map<String, String> fields = new LinkedHashMap<>();
    try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
      boolean object = json.nextToken() == JsonToken.START_OBJECT;
      while (object && json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
          fields.put(name, json.getString());
        } else {
          json.skipChildren();
        }
      }
      if (object && json.nextToken() == null) {
        return fields;
      }
    } catch (JacksonException e) {
      throw new UserError(notAnObject(file, line), e);
    }
    throw new UserError(notAnObject(file, line));
  }

  private static String notAnObject(Path file, long line) {
    return "line %d of %s is no JSON object; give one object a line, such as {\"text\": \"…\", \"label\": \"…\"}"
        .formatted(line, file);
  }
}
