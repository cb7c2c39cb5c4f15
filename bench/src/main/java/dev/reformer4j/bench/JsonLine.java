package dev.reformer4j.bench;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// One flat JSON object on one line: how the benchmarks talk to the scripts.
public final class JsonLine {
  private static final JsonFactory JSON = new JsonFactory();
  private final Map<String, Object> entries = new LinkedHashMap<>();

  /// Reads a flat object; every value becomes text.
  ///
  /// @throws IllegalArgumentException if it is none
  public static Map<String, String> read(String line) {
    Map<String, String> read = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw notFlat(line);
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        if (!parser.nextToken().isScalarValue()) {
          throw notFlat(line);
        }
        read.put(name, parser.getString());
      }
    }
    return read;
  }

  private static IllegalArgumentException notFlat(String line) {
    return new IllegalArgumentException(
        "request " + line + " is not a flat JSON object; write one such as {\"do\":\"info\"}");
  }

  /// Adds an entry.
  public JsonLine with(String name, Object value) {
    entries.put(name, value);
    return this;
  }

  /// The object as one line.
  @Override
  public String toString() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      entries.forEach((name, value) -> {
        json.writeName(name);
        switch (value) {
          case Long number -> json.writeNumber(number);
          case Integer number -> json.writeNumber(number);
          case Double number -> json.writeNumber(Math.round(number * 1e4) / 1e4);
          case Boolean flag -> json.writeBoolean(flag);
          default -> json.writeString(value.toString());
        }
      });
      json.writeEndObject();
    }
    return text.toString();
  }
}
