package dev.reformer4j.examples;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.LshResult;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import java.util.Random;

/// LSH attention over vectors, and nothing else.
public final class AttendByHashing {
  private AttendByHashing() {}

  static void main() {
    Tensor qk = noise(1, 8, 4096, 64); // [heads, n, dQk]: queries, which are also the keys
    Tensor v = noise(2, 8, 4096, 64); // [heads, n, dV]

    LshConfig config = LshConfig.defaults().withRounds(4).withChunk(64).withCausal(true);
    LshAttention attention = new LshAttention(config, Rotations.seeded(7));
    try (Workers workers = Workers.allProcessors()) {
      LshResult result = attention.forward(AttentionInput.shared(qk, v), workers);
      IO.println("output " + result.output());
      IO.println("hashed " + result.hashes());
      IO.println("token 9 of head 0: bucket " + result.hashes().bucket(0, 0, 0, 9) + " in round 0");
    }
  }

  /// What a model would compute.
  private static Tensor noise(long seed, int... shape) {
    Random random = new Random(seed);
    Tensor tensor = Tensor.zeros(shape);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.data()[i] = (float) random.nextGaussian();
    }
    return tensor;
  }
}
