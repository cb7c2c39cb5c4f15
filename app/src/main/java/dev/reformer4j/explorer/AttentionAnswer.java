package dev.reformer4j.explorer;

import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LshConfig;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import tools.jackson.core.JsonGenerator;

/// Buckets, orders, the keys that every query meets, and the mass that it captures.
final class AttentionAnswer {
  private AttentionAnswer() {}

  /// Tells of a scene.
  ///
  /// @param mass `[rounds][n]` from [CapturedByRounds]
  /// @param story of the token that the view names, if it names one
  /// @param start when the computing began, in the system's nanoseconds
  static byte[] of(
      Scene scene, KeyRuns runs, float[][] mass, Optional<TokenAnswer> story, long start) {
    Hashes hashes = scene.hashes();
    return Json.object(json -> {
      json.writeNumberProperty("n", scene.n());
      json.writeNumberProperty("real", scene.material().real());
      json.writeBooleanProperty("hashed", hashes.isHashed());
      Json.numbers(json, "factors", hashes.factors());
      json.writeNumberProperty("bucketCount", hashes.buckets());
      settings(json, scene.config());
      json.writeNumberProperty("hashedRounds", hashes.rounds());
      Json.numbers(json, "active", hashes.isHashed() ? scene.active() : new int[] {0});
      Json.packed(json, "ids", joined(hashes, round -> hashes.ids(0, 0, round)));
      Json.packed(json, "order", joined(hashes, round -> hashes.order(0, 0, round)));
      Json.packed(json, "runFirst", runs.first());
      Json.packed(json, "runLength", runs.length());
      Json.packed(json, "mass", mass[mass.length - 1]);
      json.writeArrayPropertyStart("massByRounds");
      for (float[] ofRounds : mass) {
        json.writeNumber(mean(ofRounds, scene.material().real()));
      }
      json.writeEndArray();
      story.ifPresent(told -> {
        json.writeObjectPropertyStart("story");
        told.write(json);
        json.writeEndObject();
      });
      Json.number(json, "ms", (System.nanoTime() - start) / 1e6);
    });
  }

  /// Where the controls stand.
  static void settings(JsonGenerator json, LshConfig config) {
    json.writeNumberProperty("rounds", Math.min(View.MOST_ROUNDS, config.rounds()));
    json.writeStringProperty("buckets", config.buckets().toString());
    json.writeNumberProperty("chunk", config.chunk());
    json.writeNumberProperty("before", config.before());
    json.writeNumberProperty("after", config.after());
    json.writeBooleanProperty("causal", config.causal());
    json.writeStringProperty("chunking", config.chunking().name().toLowerCase(Locale.ROOT));
    json.writeBooleanProperty("maskOtherBuckets", config.maskOtherBuckets());
    json.writeBooleanProperty("countOnce", config.countOnce());
  }

  private static int[] joined(Hashes hashes, IntFunction<int[]> ofRound) {
    int n = hashes.n();
    int[] all = new int[hashes.rounds() * n];
    for (int round = 0; round < hashes.rounds(); round++) {
      System.arraycopy(ofRound.apply(round), 0, all, round * n, n);
    }
    return all;
  }

  private static double mean(float[] mass, int real) {
    double sum = 0;
    for (int i = 0; i < real; i++) {
      sum += mass[i];
    }
    return Math.round(1e6 * sum / real) / 1e6;
  }
}
