package dev.reformer4j.cli.demo;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.ExactAttention;
import dev.reformer4j.attention.ExactConfig;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.Say;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;

/// How long exact attention takes here and now: one head is measured, over all tokens if that is a
/// matter of seconds, else over as many of the first as that; the rest is arithmetic, and said to
/// be.
///
/// @param tokens tokens that were measured
/// @param measured seconds that one head took over them
/// @param whole seconds that all heads take over all tokens
/// @param all all tokens
/// @param heads all heads
record ExactTime(int tokens, double measured, double whole, int all, int heads) {
  private static final int SAMPLE = 4096;

  /// Seconds that the measurement may take.
  private static final double PATIENCE = 15;

  /// Measures.
  ///
  /// @param vectors `[heads, n, width]`
  static ExactTime measure(Tensor vectors, Workers workers) {
    int n = vectors.dim(1);
    int sample = Math.min(SAMPLE, n);
    seconds(vectors, sample, workers);
    double quick = seconds(vectors, sample, workers);
    int tokens = sample;
    while (tokens < n && 4 * quick * square(tokens, sample) <= PATIENCE) {
      tokens = Math.min(n, 2 * tokens);
    }
    double measured = tokens == sample ? quick : seconds(vectors, tokens, workers);
    double whole = measured * square(n, tokens) * vectors.dim(0);
    return new ExactTime(tokens, measured, whole, n, vectors.dim(0));
  }

  private static double square(int one, int other) {
    double ratio = (double) one / other;
    return ratio * ratio;
  }

  private static double seconds(Tensor vectors, int tokens, Workers workers) {
    int width = vectors.dim(2);
    Tensor head = Tensor.of(Arrays.copyOf(vectors.data(), tokens * width), 1, tokens, width);
    AttentionInput input = AttentionInput.shared(head, head);
    long start = System.nanoTime();
    new ExactAttention(new ExactConfig(false)).forward(input, workers);
    return (System.nanoTime() - start) / 1e9;
  }

  /// What was measured, and what follows from it.
  String sentence() {
    String over = tokens == all ? "" : " over the first " + Say.count(tokens) + " tokens";
    String rest =
        tokens == all
            ? "%d heads take %d times as long".formatted(heads, heads)
            : "%d heads and the square of the length make the rest".formatted(heads);
    return "measured on one head%s: %s; %s".formatted(over, Say.seconds(measured), rest);
  }
}
