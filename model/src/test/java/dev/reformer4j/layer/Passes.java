package dev.reformer4j.layer;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import java.util.List;
import java.util.Random;

/// Passes and inputs for the laws, and comparisons of what comes out.
final class Passes {
  /// Inference, on the calling thread.
  static final Pass INFERENCE = Pass.over(Workers.inline());

  /// Training: dropout draws.
  static final Pass TRAINING = INFERENCE.withDraws(Draws.of(3, 1, 4));

  private Passes() {}

  /// A mask with some padding in between and at the end.
  static boolean[] mask(int n) {
    boolean[] mask = new boolean[n];
    for (int i = 0; i < n; i++) {
      mask[i] = i % 5 != 3 && (i == 0 || i < n - n / 6);
    }
    return mask;
  }

  static List<Tensor> inputs(Subject subject, int n, long seed) {
    Random random = new Random(seed);
    return subject.inputWidths().stream().map(width -> Catalogue.normal(random, n, width)).toList();
  }

  static Tensor outputGradient(Subject subject, int n) {
    return Catalogue.normal(new Random(99), n, subject.outputWidth());
  }

  static void clearGradients(Subject subject) {
    for (Parameter parameter : subject.parameters().values()) {
      java.util.Arrays.fill(parameter.gradient().data(), 0);
    }
  }

  static void sameBits(String what, Tensor expected, Tensor actual) {
    if (!java.util.Arrays.equals(expected.shape(), actual.shape())) {
      throw new AssertionError(what + ": " + actual + ", not " + expected);
    }
    sameBits(what, expected.data(), 0, actual.data(), 0, expected.size());
  }

  /// The first rows of both.
  static void sameRows(String what, Tensor expected, Tensor actual, int rows) {
    sameBits(what, expected.data(), 0, actual.data(), 0, rows * expected.dim(1));
  }

  static void sameBits(String what, float[] expected, int from, float[] actual, int at, int count) {
    for (int i = 0; i < count; i++) {
      float wanted = expected[from + i];
      float got = actual[at + i];
      if (Float.floatToRawIntBits(wanted) != Float.floatToRawIntBits(got)) {
        throw new AssertionError("%s, number %d: %s, not %s".formatted(what, i, got, wanted));
      }
    }
  }

  /// Equal up to a share of the largest number.
  static void near(String what, Tensor expected, Tensor actual, double share) {
    double largest = 1;
    for (float number : expected.data()) {
      largest = Math.max(largest, Math.abs(number));
    }
    for (int i = 0; i < expected.size(); i++) {
      near(
          "%s, number %d".formatted(what, i),
          expected.data()[i],
          actual.data()[i],
          share * largest);
    }
  }

  static void near(String what, double expected, double actual, double bound) {
    if (!(Math.abs(expected - actual) <= bound)) {
      throw new AssertionError(
          "%s: %s, not %s; apart by %s, allowed is %s"
              .formatted(what, actual, expected, Math.abs(expected - actual), bound));
    }
  }
}
