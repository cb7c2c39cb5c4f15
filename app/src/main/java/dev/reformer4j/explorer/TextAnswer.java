package dev.reformer4j.explorer;

/// The tokens of a text, the sizes of their vectors, and how such vectors are usually hashed.
final class TextAnswer {
  private TextAnswer() {}

  static byte[] of(Material material) {
    return Json.object(json -> {
      json.writeArrayPropertyStart("tokens");
      material.labels().forEach(json::writeString);
      json.writeEndArray();
      json.writeNumberProperty("real", material.real());
      json.writeStringProperty("unit", material.unit());
      json.writeStringProperty("origin", material.origin());
      json.writeNumberProperty("n", material.n());
      json.writeNumberProperty("dModel", material.dModel());
      json.writeNumberProperty("heads", material.input().heads());
      json.writeNumberProperty("dQk", material.input().dQk());
      json.writeNumberProperty("dV", material.input().dV());
      json.writeNumberProperty("middle", material.middle());
      json.writeObjectPropertyStart("usual");
      AttentionAnswer.settings(json, material.usual());
      json.writeStringProperty("seed", material.seed());
      json.writeEndObject();
    });
  }
}
