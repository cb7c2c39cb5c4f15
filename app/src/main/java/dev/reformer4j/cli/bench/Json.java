package dev.reformer4j.cli.bench;

import java.io.StringWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The table that programs read: an array with one object for everything measured. Predictions are
/// left out.
final class Json {
  private Json() {}

  /// On one line. `rounds` is 0 for the kinds that do not hash.
  static String of(Settings settings, List<Measurement> cells) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartArray();
      cells.stream()
          .filter(cell -> !cell.isPredicted())
          .forEach(cell -> write(json, settings, cell));
      json.writeEndArray();
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Settings settings, Measurement cell) {
    Variant variant = cell.variant();
    json.writeStartObject();
    json.writeStringProperty("kind", variant.kind().label());
    json.writeNumberProperty("tokens", cell.tokens());
    json.writeNumberProperty("rounds", variant.kind() == Kind.LSH ? settings.lsh().rounds() : 0);
    json.writeNumberProperty("heads", settings.heads());
    json.writeNumberProperty("width", settings.width());
    json.writeNumberProperty("threads", settings.threads());
    json.writeStringProperty("pass", variant.pass().label());
    json.writeNumberProperty("ms", Math.round(cell.seconds() * 1e6) / 1e3);
    json.writeEndObject();
  }
}
