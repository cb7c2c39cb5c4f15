package dev.reformer4j.examples;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.TokenTrace;
import dev.reformer4j.attention.Trace;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import java.util.Random;

/// What one token saw, why, and what it missed. Of 512 tokens every 32nd has nearly the same
/// vector, so hashing should bring those together.
public final class ExplainOneToken {
  private static final int TOPICS = 32;

  private ExplainOneToken() {}

  static void main() {
    AttentionInput input = AttentionInput.shared(topics(512, 16), topics(512, 16));
    LshConfig config = LshConfig.defaults().withRounds(3).withChunk(32);
    Rotations rotations = Rotations.seeded(1);
    try (Workers workers = Workers.allProcessors()) {
      var hashes = new LshAttention(config, rotations).hash(input, workers);
      TokenTrace story = new Trace(input, config, rotations, hashes, 0, 0).token(100);
      story
          .rounds()
          .forEach(round ->
              IO.println(
                  "round %d: bucket %d, place %d, chunk %d"
                      .formatted(round.round(), round.bucket(), round.place(), round.chunk())));
      story.keys().stream()
          .limit(3)
          .forEach(key ->
              IO.println(
                  "token 100 sees %d in rounds %s with weight %.3f"
                      .formatted(key.token(), key.rounds(), key.weight())));
      IO.println(
          "captured mass %.3f, %d keys lost".formatted(story.capturedMass(), story.lost().size()));
    }
  }

  /// `[1, n, d]`: token i is about topic i mod 32.
  private static Tensor topics(int n, int d) {
    Tensor tensor = Tensor.zeros(1, n, d);
    Random noise = new Random(3);
    for (int token = 0; token < n; token++) {
      Random topic = new Random(token % TOPICS);
      for (int k = 0; k < d; k++) {
        tensor.data()[token * d + k] = (float) (8 * topic.nextGaussian() + noise.nextGaussian());
      }
    }
    return tensor;
  }
}
