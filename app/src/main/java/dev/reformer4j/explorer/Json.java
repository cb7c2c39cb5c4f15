package dev.reformer4j.explorer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Answers as JSON. Long rows of numbers are packed: their bytes, lowest first, in base64.
final class Json {
  private static final JsonFactory JSON = new JsonFactory();

  private Json() {}

  /// One object.
  ///
  /// @param body writes what is between the braces
  static byte[] object(Consumer<JsonGenerator> body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      body.accept(json);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /// `{"error": sentence}`
  static byte[] error(String sentence) {
    return object(json -> json.writeStringProperty("error", sentence));
  }

  static void packed(JsonGenerator json, String name, int[] numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(numbers);
    json.writeStringProperty(name, Base64.getEncoder().encodeToString(bytes.array()));
  }

  static void packed(JsonGenerator json, String name, float[] numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    json.writeStringProperty(name, Base64.getEncoder().encodeToString(bytes.array()));
  }

  static void numbers(JsonGenerator json, String name, int[] numbers) {
    json.writeArrayPropertyStart(name);
    for (int number : numbers) {
      json.writeNumber(number);
    }
    json.writeEndArray();
  }

  /// A number that JSON can say; what is not finite is null.
  static void number(JsonGenerator json, String name, double number) {
    if (Double.isFinite(number)) {
      json.writeNumberProperty(name, Math.round(number * 1e6) / 1e6);
    } else {
      json.writeNullProperty(name);
    }
  }
}
