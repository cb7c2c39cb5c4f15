package dev.reformer4j.cli.inspect;

import dev.reformer4j.cli.model.JsonText;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.ReformerConfig;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import tools.jackson.core.JsonGenerator;

/// A model for programs: what [ModelReport] says, with sizes in bytes.
record ModelJson(ModelFacts facts) {
  /// One object on one line.
  String text() {
    return JsonText.object(json -> {
      ReformerConfig config = facts.config();
      json.writeStringProperty("model", facts.directory().toString());
      json.writeStringProperty("architecture", facts.model().headKind().architecture());
      json.writeStringProperty("head", lower(facts.model().headKind()));
      json.writeBooleanProperty("causal", config.causal());
      json.writeNumberProperty("dModel", config.dModel());
      json.writeNumberProperty("heads", config.heads());
      json.writeNumberProperty("headSize", config.headSize());
      json.writeNumberProperty("feedForward", config.feedForwardSize());
      json.writeStringProperty("activation", config.activation());
      json.writeNumberProperty("vocabularySize", config.vocabularySize());
      json.writeStringProperty("vocabulary", facts.vocabulary());
      positions(json);
      json.writeStringProperty("chunking", lower(config.chunking()));
      if (config.hashSeed().isPresent()) {
        json.writeNumberProperty("hashSeed", config.hashSeed().getAsLong());
      } else {
        json.writeNumberProperty("rotationSeed", config.rotationSeed());
      }
      json.writeName("labels").writeStartArray();
      config.labels().forEach(json::writeString);
      json.writeEndArray();
      layers(json);
      parameters(json);
      memory(json);
    });
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private void positions(JsonGenerator json) {
    json.writeNumberProperty("positions", facts.config().maxLength());
    if (facts.config().axialPositions()) {
      numbers(json, "axialShape", facts.config().axialShape());
      numbers(json, "axialDims", facts.config().axialDims());
    }
  }

  private static void numbers(JsonGenerator json, String name, List<? extends Number> numbers) {
    json.writeName(name).writeStartArray();
    numbers.forEach(number -> json.writeNumber(number.longValue()));
    json.writeEndArray();
  }

  private void layers(JsonGenerator json) {
    ReformerConfig config = facts.config();
    json.writeName("layers").writeStartArray();
    for (LayerKind kind : config.layers()) {
      boolean lsh = kind == LayerKind.LSH;
      json.writeStartObject();
      json.writeStringProperty("attention", kind.toString());
      json.writeNumberProperty("chunk", lsh ? config.lshChunk() : config.localChunk());
      json.writeNumberProperty("before", lsh ? config.lshBefore() : config.localBefore());
      json.writeNumberProperty("after", lsh ? config.lshAfter() : config.localAfter());
      if (lsh) {
        json.writeNumberProperty("rounds", config.rounds());
        int[] factors = facts.hashes() ? config.bucketFactors(facts.padded()) : new int[] {1};
        numbers(json, "buckets", IntStream.of(factors).boxed().toList());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void parameters(JsonGenerator json) {
    json.writeNumberProperty("parameterCount", ModelMemory.parameters(facts.model()));
    json.writeNumberProperty("fileBytes", facts.bytes());
    json.writeName("parameters").writeStartArray();
    for (ParameterRow row : facts.rows()) {
      json.writeStartObject();
      json.writeStringProperty("name", row.name());
      numbers(json, "shape", row.shape());
      row.dtype().ifPresent(dtype -> json.writeStringProperty("dtype", dtype.name()));
      json.writeNumberProperty("count", row.count());
      if (!row.remark().isEmpty()) {
        json.writeStringProperty("but", row.remark());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void memory(JsonGenerator json) {
    ModelMemory memory = facts.memory();
    json.writeName("memory").writeStartObject();
    json.writeNumberProperty("length", facts.length());
    json.writeNumberProperty("padded", facts.padded());
    json.writeNumberProperty("weights", Math.round(memory.weights()));
    json.writeNumberProperty("streams", Math.round(memory.streams()));
    json.writeNumberProperty("projections", Math.round(memory.projections()));
    json.writeNumberProperty("attention", Math.round(memory.attention()));
    json.writeNumberProperty("result", Math.round(memory.result()));
    json.writeNumberProperty("peak", Math.round(memory.peak()));
    json.writeEndObject();
  }
}
