package dev.reformer4j.explorer;

import dev.reformer4j.attention.RotatedScores;
import dev.reformer4j.explain.WorkedExample;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/// What there is to look at, before any text: where vectors come from, what the limits are, and the
/// worked example of the tour.
final class StatusAnswer {
  private StatusAnswer() {}

  static byte[] of(Source source, Limits limits) {
    return Json.object(json -> {
      json.writeStringProperty("source", source.name());
      json.writeBooleanProperty("generates", source.continuation().isPresent());
      json.writeBooleanProperty("choosesUnit", source.layers().isEmpty());
      json.writeArrayPropertyStart("layers");
      for (Source.Layer layer : source.layers()) {
        json.writeStartObject();
        json.writeNumberProperty("index", layer.index());
        json.writeBooleanProperty("hashes", layer.hashes());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeNumberProperty("mostTokens", limits.tokens());
      json.writeNumberProperty("mostRounds", View.MOST_ROUNDS);
      json.writeNumberProperty("mostNewTokens", limits.newTokens());
      json.writeNumberProperty("levelsPerNat", FullWeights.PER_NAT);
      workedExample(json);
    });
  }

  private static void workedExample(JsonGenerator json) {
    json.writeArrayPropertyStart("workedExample");
    for (RotatedScores round : WorkedExample.ROUNDS) {
      json.writeStartObject();
      json.writeNumberProperty("bucket", round.argmax());
      TokenAnswer.scores(json, List.of(round));
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
