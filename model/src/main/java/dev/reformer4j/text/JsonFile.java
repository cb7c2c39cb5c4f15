package dev.reformer4j.text;

import static dev.reformer4j.checkpoint.TensorFileException.quote;

import dev.reformer4j.checkpoint.TensorFileException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/// A file with one JSON object, as plain objects: a map in the order of the file, a list, a string,
/// a boolean, a [Number], or null.
final class JsonFile {
  private static final int DEEPEST = 100;
  private static final int LONGEST = 1 << 28;
  private static final int MOST_DIGITS = 100;

  /// No symbol table: a vocabulary's names are read once.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(MOST_DIGITS)
                  .maxStringLength(LONGEST)
                  .build())
          .build();

  private JsonFile() {}

  /// Reads a file.
  ///
  /// @throws TensorFileException if it cannot be read, is longer than 256 MiB, or is anything but
  ///   one JSON object of Unicode without a key that appears twice
  static Map<String, Object> read(Path file) throws TensorFileException {
    String text = TextFile.read(file);
    if (text.length() > LONGEST) {
      throw wrong(file, "has over " + LONGEST + " characters; no vocabulary needs that");
    }
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw wrong(file, "does not begin with '{'; it should be one JSON object");
      }
      Map<String, Object> tree = object(json, file);
      if (json.nextToken() != null) {
        throw wrong(file, "goes on after its closing '}'; it should be one JSON object");
      }
      return tree;
    } catch (StreamConstraintsException _) {
      throw wrong(
          file,
          "nests deeper than %d levels or holds a number of over %d digits; no vocabulary needs that"
              .formatted(DEEPEST, MOST_DIGITS));
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      throw wrong(
          file,
          "is not valid JSON"
              + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr())
              + "; take it from its source again");
    }
  }

  private static TensorFileException wrong(Path file, String what) {
    return new TensorFileException(file + " " + what);
  }

  private static Object value(JsonParser json, Path file) throws TensorFileException {
    return switch (json.currentToken()) {
      case START_OBJECT -> object(json, file);
      case START_ARRAY -> list(json, file);
      case VALUE_STRING -> unicode(json.getString(), file);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static List<Object> list(JsonParser json, Path file) throws TensorFileException {
    List<Object> list = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(json, file));
    }
    return list;
  }

  private static Map<String, Object> object(JsonParser json, Path file) throws TensorFileException {
    Map<String, Object> tree = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = unicode(json.currentName(), file);
      if (tree.containsKey(key)) {
        throw wrong(file, "has the key " + quote(key) + " twice; remove one of the two");
      }
      json.nextToken();
      tree.put(key, value(json, file));
    }
    return tree;
  }

  /// A JSON escape can spell half a surrogate pair.
  private static String unicode(String text, Path file) throws TensorFileException {
    if (!Surrogates.arePaired(text)) {
      throw wrong(file, "holds half a surrogate pair in " + quote(text) + "; remove that entry");
    }
    return text;
  }

  /// The JSON of an object.
  static String write(Map<String, ?> tree) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      write(json, tree);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Object value) {
    switch (value) {
      case null -> json.writeNull();
      case Map<?, ?> map -> {
        json.writeStartObject();
        map.forEach((key, member) -> {
          json.writeName((String) key);
          write(json, member);
        });
        json.writeEndObject();
      }
      case List<?> list -> {
        json.writeStartArray();
        list.forEach(member -> write(json, member));
        json.writeEndArray();
      }
      case Boolean flag -> json.writeBoolean(flag);
      case Number number -> json.writeNumber(number.toString());
      default -> json.writeString((String) value);
    }
  }
}
