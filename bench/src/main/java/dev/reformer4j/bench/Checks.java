package dev.reformer4j.bench;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.AttentionResult;
import dev.reformer4j.attention.Gradients;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.bench.Attended.Rule;
import dev.reformer4j.bench.Windows.Window;
import dev.reformer4j.tensor.Tensor;
import java.util.SplittableRandom;

/// Compares results with the definition, and throws if they are off: nothing wrong is ever timed.
public final class Checks {
  private static final double TOLERANCE = 1e-4;
  private static final double GRADIENT_TOLERANCE = 1e-3;

  private Checks() {}

  /// Checks outputs and log-sum-exps of sampled queries of one head, the first and the last among
  /// them.
  static void outputs(
      AttentionInput input,
      AttentionResult result,
      int head,
      int queries,
      Window window,
      boolean causal,
      Rule rule) {
    SplittableRandom random = new SplittableRandom(head);
    for (int sample = 0; sample < queries; sample++) {
      int query = sample == 0 ? 0 : sample == 1 ? input.n() - 1 : random.nextInt(input.n());
      Attended expected = Attended.of(input, head, query, window.of(query), causal, rule);
      int row = head * input.n() + query;
      near(
          "log-sum-exp of query " + query,
          result.logSumExp().data()[row],
          expected.logSumExp(),
          TOLERANCE);
      for (int c = 0; c < input.dV(); c++) {
        near(
            "output " + c + " of query " + query,
            result.output().data()[row * input.dV() + c],
            expected.output()[c],
            TOLERANCE);
      }
    }
  }

  /// Checks that each sampled token is in the bucket whose goal post is nearest, but for ties
  /// within rounding.
  ///
  /// @param rotations `[heads, dQk, rounds, columns]`
  static void hashes(AttentionInput input, Hashes hashes, Tensor rotations, int head, int tokens) {
    SplittableRandom random = new SplittableRandom(head);
    for (int sample = 0; sample < tokens && hashes.isHashed(); sample++) {
      int token = random.nextInt(input.n());
      for (int round = 0; round < hashes.rounds(); round++) {
        int id = hashes.bucket(0, head, round, token);
        int column = 0;
        for (int factor : hashes.factors()) {
          nearestPost(input, rotations, head, round, token, column, factor, id % factor);
          id /= factor;
          column += factor / 2;
        }
      }
    }
  }

  private static void nearestPost(
      AttentionInput input,
      Tensor rotations,
      int head,
      int round,
      int token,
      int firstColumn,
      int factor,
      int chosen) {
    int half = factor / 2;
    double most = 0;
    double got = 0;
    for (int j = 0; j < half; j++) {
      double rotated = 0;
      for (int k = 0; k < input.dQk(); k++) {
        int at =
            ((head * input.dQk() + k) * rotations.dim(2) + round) * rotations.dim(3)
                + firstColumn
                + j;
        rotated +=
            (double) input.query().data()[(head * input.n() + token) * input.dQk() + k]
                * rotations.data()[at];
      }
      most = Math.max(most, Math.abs(rotated));
      if (chosen % half == j) {
        got = chosen < half ? rotated : -rotated;
      }
    }
    near(
        "distance to the goal post of token " + token + " in round " + round, got, most, TOLERANCE);
  }

  /// Checks all gradients of a one-head input, computed literally in double precision.
  static void gradients(
      AttentionInput input,
      Tensor outputGradient,
      Gradients got,
      Window window,
      boolean causal,
      Rule rule) {
    LiteralGradients expected = LiteralGradients.of(input, outputGradient, window, causal, rule);
    compare("value gradient", got.value(), expected.value());
    if (input.isShared()) {
      double[] both = expected.query().clone();
      for (int i = 0; i < both.length; i++) {
        both[i] += expected.key()[i];
      }
      compare("query/key gradient", got.query(), both);
    } else {
      compare("query gradient", got.query(), expected.query());
      compare("key gradient", got.key(), expected.key());
    }
  }

  private static void compare(String what, Tensor got, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      near(what + " " + i, got.data()[i], expected[i], GRADIENT_TOLERANCE);
    }
  }

  /// Throws unless a number is what it should be, relative to its size or to 1.
  public static void near(String what, double got, double expected, double tolerance) {
    if (!(Math.abs(got - expected) <= tolerance * Math.max(1, Math.abs(expected)))) {
      throw new IllegalStateException(
          what + " is " + got + " but should be " + expected + "; wrong results are not timed");
    }
  }
}
