package dev.reformer4j.examples;

import dev.reformer4j.attention.AttentionCache;
import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;

/// Attention over a sequence that grows token by token, as in generation: a step costs the same
/// however long the sequence is, and gives what a pass over all of it would give.
public final class AttendStepByStep {
  private static final int N = 1000;
  private static final int D = 32;

  private AttendStepByStep() {}

  static void main() {
    LshConfig config =
        LshConfig.defaults()
            .withCausal(true)
            .withChunking(Chunking.SLIDING) // what a token sees never depends on later ones
            .withBuckets(Buckets.of(16)); // nor on how many there will be
    LshAttention attention = new LshAttention(config, Rotations.seeded(5));
    float[] numbers = new float[N * D];
    Random random = new Random(1);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }

    AttentionCache cache = attention.newCache(1, D, D);
    float[] steps = new float[N * D];
    float[] row = new float[D];
    for (int token = 0; token < N; token++) {
      float[] vector = Arrays.copyOfRange(numbers, token * D, (token + 1) * D);
      cache.step(vector, vector, vector, row);
      System.arraycopy(row, 0, steps, token * D, D);
    }

    Tensor all = Tensor.of(numbers, 1, N, D);
    try (Workers workers = Workers.allProcessors()) {
      float[] pass = attention.forward(AttentionInput.shared(all, all), workers).output().data();
      IO.println(cache.length() + " steps, " + cache.bytes() / 1024 + " KiB kept");
      IO.println(Arrays.equals(steps, pass) ? "the same bits as one pass" : "not the same");
    }
  }
}
