package dev.reformer4j.model;

import static dev.reformer4j.checkpoint.TensorFileException.quote;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
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
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;

/// A small JSON document as plain objects: a map in the order of the text, a list, a string, a
/// boolean, a [Digits], or null.
///
/// Numbers keep their spelling, so that what is read and not understood is written back as it was.
/// Python's `NaN` and `Infinity` are read and written, as Python does.
final class JsonTree {
  private static final int LONGEST = 1_000_000;
  private static final int DEEPEST = 32;
  private static final int MOST_DIGITS = 100;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(MOST_DIGITS)
                  .build())
          .build();

  /// A number as it was spelled.
  record Digits(String spelling) {
    @Override
    public String toString() {
      return spelling;
    }
  }

  private JsonTree() {}

  /// Parses a text that holds one object.
  ///
  /// @throws IllegalArgumentException if it is longer than a million characters, no valid JSON, no
  ///   object, or holds a key twice or text that is not Unicode
  static Map<String, Object> parse(String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "the text has "
              + text.length()
              + " characters, but a configuration has at most "
              + LONGEST
              + "; it must be something else");
    }
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException(
            "the text does not begin with '{'; a configuration is one JSON object");
      }
      Map<String, Object> tree = object(json);
      if (json.nextToken() != null) {
        throw new IllegalArgumentException(
            "the text goes on after its closing '}'; a configuration is one JSON object");
      }
      return tree;
    } catch (JacksonException e) {
      throw notJson(e);
    }
  }

  private static IllegalArgumentException notJson(JacksonException e) {
    if (e instanceof StreamConstraintsException) {
      return new IllegalArgumentException(
          "the text nests deeper than "
              + DEEPEST
              + " levels or holds a number of over "
              + MOST_DIGITS
              + " digits; no configuration needs that",
          e);
    }
    TokenStreamLocation at = e.getLocation();
    return new IllegalArgumentException(
        "the text is not valid JSON"
            + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr())
            + "; correct it there, or take the file from its source again",
        e);
  }

  private static Object value(JsonParser json) {
    return switch (json.currentToken()) {
      case START_OBJECT -> object(json);
      case START_ARRAY -> list(json);
      case VALUE_STRING -> unicode(json.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Digits(json.getString());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static List<Object> list(JsonParser json) {
    List<Object> list = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(json));
    }
    return list;
  }

  private static Map<String, Object> object(JsonParser json) {
    Map<String, Object> tree = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = unicode(json.currentName());
      if (tree.containsKey(key)) {
        throw new IllegalArgumentException(
            "the key " + quote(key) + " appears twice; remove one of the two");
      }
      json.nextToken();
      tree.put(key, value(json));
    }
    return tree;
  }

  /// A JSON escape can spell half a surrogate pair, which cannot be written back as UTF-8.
  private static String unicode(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(
          quote(text) + " holds half a surrogate pair; texts must be valid Unicode");
    }
    return text;
  }

  /// The text of an object, laid out as Python's `json.dumps(…, indent=2)` lays it out.
  static String write(Map<String, ?> tree) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(new Indented(), text)) {
      write(json, tree);
    }
    return text.append('\n').toString();
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
      case Digits number -> json.writeNumber(number.spelling());
      default -> json.writeString((String) value);
    }
  }

  private static final class Indented extends ObjectWriteContext.Base {
    private static final DefaultIndenter TWO_SPACES = new DefaultIndenter("  ", "\n");

    @Override
    public PrettyPrinter getPrettyPrinter() {
      Separators separators =
          Separators.createDefaultInstance()
              .withObjectNameValueSpacing(Separators.Spacing.AFTER)
              .withObjectEmptySeparator("")
              .withArrayEmptySeparator("");
      return new DefaultPrettyPrinter(separators)
          .withObjectIndenter(TWO_SPACES)
          .withArrayIndenter(TWO_SPACES);
    }
  }
}
