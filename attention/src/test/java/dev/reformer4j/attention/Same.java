package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.tensor.Tensor;

/// Comparisons of results: to the bit, or as near as another order of summing allows.
final class Same {
  /// What another order of float32 sums may change, relative to numbers about 1.
  private static final double ROUNDING = 2e-5;

  private Same() {}

  static void bits(AttentionResult expected, AttentionResult actual) {
    bits("output", expected.output(), actual.output());
    bits("logSumExp", expected.logSumExp(), actual.logSumExp());
  }

  static void bits(Gradients expected, Gradients actual) {
    bits("query gradient", expected.query(), actual.query());
    bits("key gradient", expected.key(), actual.key());
    bits("value gradient", expected.value(), actual.value());
  }

  static void bits(String what, Tensor expected, Tensor actual) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    bits(what, expected.data(), actual.data());
  }

  static void bits(String what, float[] expected, float[] actual) {
    for (int i = 0; i < expected.length; i++) {
      if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(actual[i])) {
        throw new AssertionError(
            "%s, number %d: %s, not %s".formatted(what, i, actual[i], expected[i]));
      }
    }
  }

  /// The same but for rounding.
  static void numbers(AttentionResult expected, AttentionResult actual) {
    numbers("output", expected.output(), actual.output());
    numbers("logSumExp", expected.logSumExp(), actual.logSumExp());
  }

  static void numbers(String what, Tensor expected, Tensor actual) {
    assertThat(actual.size()).as(what).isEqualTo(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      number(what, i, expected.data()[i], actual.data()[i], 1);
    }
  }

  /// @param size of the numbers that were summed
  static void number(String what, int at, double expected, double actual, double size) {
    double allowed = ROUNDING * Math.max(size, 0.05 * Math.abs(expected));
    if (expected != actual && !(Math.abs(expected - actual) <= allowed)) {
      throw new AssertionError("%s, number %d: %s, not %s".formatted(what, at, actual, expected));
    }
  }

  /// Row for row the same in the tokens given: `[…, n, d]`, of which one may be longer.
  static void rows(String what, Tensor expected, Tensor actual, int[] tokens, boolean toTheBit) {
    int d = expected.dim(-1);
    int rows = expected.size() / (expected.dim(-2) * d);
    for (int row = 0; row < rows; row++) {
      for (int token : tokens) {
        for (int k = 0; k < d; k++) {
          float a = expected.data()[(row * expected.dim(-2) + token) * d + k];
          float b = actual.data()[(row * actual.dim(-2) + token) * d + k];
          String where = "%s of token %d in row %d".formatted(what, token, row);
          if (!toTheBit) {
            number(where, k, a, b, 1);
          } else if (Float.floatToRawIntBits(a) != Float.floatToRawIntBits(b)) {
            throw new AssertionError("%s, number %d: %s, not %s".formatted(where, k, b, a));
          }
        }
      }
    }
  }

  /// Likewise in output and log-sum-exp.
  static void rows(
      AttentionResult expected, AttentionResult actual, int[] tokens, boolean toTheBit) {
    rows("output", expected.output(), actual.output(), tokens, toTheBit);
    rows("logSumExp", column(expected.logSumExp()), column(actual.logSumExp()), tokens, toTheBit);
  }

  private static Tensor column(Tensor logSumExp) {
    return logSumExp.reshape(logSumExp.size() / logSumExp.dim(-1), logSumExp.dim(-1), 1);
  }
}
