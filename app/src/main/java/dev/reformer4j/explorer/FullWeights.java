package dev.reformer4j.explorer;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Workers;
import java.util.Arrays;
import java.util.Optional;

/// Full attention of one head, pair by pair: what LSH attention is compared with, whatever its
/// controls say. A token sees itself only if it is alone.
///
/// @param weights `[n, n]` a row a query; masked keys have none
/// @param sums `[n]` of the rows: 1, but for rounding
/// @param levels `[n, n]` the same in one byte each, to be sent and drawn: `round(−16 ·
///   ln(weight))`, so that a level is 6% more or less; 255 where the weight is below e^(−15.9), one
///   in eight million, or the pair is a token with itself
record FullWeights(int n, float[] weights, double[] sums, byte[] levels) {
  /// Levels to a factor of e.
  static final int PER_NAT = 16;

  /// No weight worth a colour.
  static final int NONE = 255;

  /// What is lighter than e^−40 of the heaviest key weighs nothing, here as in float arithmetic.
  private static final float LEAST = -40;

  /// All pairs of one head.
  ///
  /// @param input shared queries and keys, one head
  /// @throws java.util.concurrent.CancellationException if the calling thread is interrupted
  static FullWeights of(AttentionInput input, boolean causal, Workers workers) {
    int n = input.n();
    int pairs = Math.multiplyExact(n, n);
    FullWeights full = new FullWeights(n, new float[pairs], new double[n], new byte[pairs]);
    float[][] keys = unitKeys(input);
    Optional<boolean[]> mask = input.mask();
    workers.run(
        n,
        () -> {
          Row row = new Row(n);
          return query -> {
            row.score(input, query, keys, causal ? query : n);
            mask.ifPresent(row::hide);
            row.store(full, query);
          };
        });
    return full;
  }

  /// How many bytes this takes.
  long bytes() {
    return 5L * n * n;
  }

  /// `k / √(mean(k²) + 1e-6) / √dQk`, laid out `[dQk][n]`, so that keys are neighbours.
  private static float[][] unitKeys(AttentionInput input) {
    int n = input.n();
    int d = input.dQk();
    float[] from = input.key().data();
    float[][] keys = new float[d][n];
    for (int i = 0; i < n; i++) {
      double square = 0;
      for (int e = 0; e < d; e++) {
        square += (double) from[i * d + e] * from[i * d + e];
      }
      double scale = 1 / Math.sqrt(square / d + 1e-6) / Math.sqrt(d);
      for (int e = 0; e < d; e++) {
        keys[e][i] = (float) (from[i * d + e] * scale);
      }
    }
    return keys;
  }

  /// One query's keys on their way from score to weight and level; one thread's.
  ///
  /// Loops go through arrays of their own, all at the same index: only then can the compiler tell
  /// that what is written is not what is read next, and make vectors of them.
  private static final class Row {
    /// Taken off every weight, so that nothing is exactly that.
    private static final double LEAST_WEIGHT = exponential(LEAST);

    private final float[] scores;
    private final float[] weights;
    private final byte[] levels;

    Row(int n) {
      scores = new float[n];
      weights = new float[n];
      levels = new byte[n];
    }

    /// The scores of the first keys, added up four dimensions at a time; −∞ for all others and for
    /// the query itself.
    void score(AttentionInput input, int query, float[][] keys, int seen) {
      int d = input.dQk();
      float[] queries = input.query().data();
      int at = query * d;
      Arrays.fill(scores, 0, seen, 0);
      int e = 0;
      for (; e + 3 < d; e += 4) {
        addFour(queries, at + e, keys[e], keys[e + 1], keys[e + 2], keys[e + 3], seen);
      }
      for (; e < d; e++) {
        addOne(queries[at + e], keys[e], seen);
      }
      Arrays.fill(scores, seen, scores.length, Float.NEGATIVE_INFINITY);
      scores[query] = Float.NEGATIVE_INFINITY;
    }

    private void addFour(
        float[] q, int at, float[] k0, float[] k1, float[] k2, float[] k3, int seen) {
      float[] to = scores;
      float q0 = q[at];
      float q1 = q[at + 1];
      float q2 = q[at + 2];
      float q3 = q[at + 3];
      for (int j = 0; j < seen; j++) {
        to[j] += q0 * k0[j] + q1 * k1[j] + q2 * k2[j] + q3 * k3[j];
      }
    }

    private void addOne(float q, float[] k, int seen) {
      float[] to = scores;
      for (int j = 0; j < seen; j++) {
        to[j] += q * k[j];
      }
    }

    void hide(boolean[] mask) {
      for (int key = 0; key < mask.length; key++) {
        if (!mask[key]) {
          scores[key] = Float.NEGATIVE_INFINITY;
        }
      }
    }

    /// The softmax, and its levels.
    void store(FullWeights full, int query) {
      int n = scores.length;
      float max = max(scores);
      if (max == Float.NEGATIVE_INFINITY) {
        Arrays.fill(full.levels, query * n, (query + 1) * n, (byte) NONE);
        full.weights[query * n + query] = 1;
        full.sums[query] = 1;
        return;
      }
      exponentials(scores, max, weights);
      double sum = sum(weights);
      scale(weights, (float) (1 / sum));
      levels(scores, (float) (max + Math.log(sum)), levels);
      full.sums[query] = sum(weights);
      System.arraycopy(weights, 0, full.weights, query * n, n);
      System.arraycopy(levels, 0, full.levels, query * n, n);
    }

    private static float max(float[] numbers) {
      float max = Float.NEGATIVE_INFINITY;
      for (float number : numbers) {
        max = Math.max(max, number);
      }
      return max;
    }

    private static void exponentials(float[] scores, float max, float[] weights) {
      for (int j = 0; j < weights.length; j++) {
        weights[j] = (float) (exponential(Math.max(scores[j] - max, LEAST)) - LEAST_WEIGHT);
      }
    }

    /// `e^x` for x from [#LEAST] to 0, to one in 10⁸, as `(e^(x / 256))^256`: a polynomial and
    /// eight squares, which vectors can do.
    private static double exponential(float x) {
      double small = x * (1.0 / 256);
      double power = 1.0 / 5040;
      power = power * small + 1.0 / 720;
      power = power * small + 1.0 / 120;
      power = power * small + 1.0 / 24;
      power = power * small + 1.0 / 6;
      power = power * small + 0.5;
      power = power * small + 1;
      power = power * small + 1;
      for (int square = 0; square < 8; square++) {
        power *= power;
      }
      return power;
    }

    /// Four sums side by side, since an addition waits for the one before.
    private static double sum(float[] numbers) {
      double a = 0;
      double b = 0;
      double c = 0;
      double d = 0;
      int j = 0;
      for (; j + 3 < numbers.length; j += 4) {
        a += numbers[j];
        b += numbers[j + 1];
        c += numbers[j + 2];
        d += numbers[j + 3];
      }
      for (; j < numbers.length; j++) {
        a += numbers[j];
      }
      return a + b + (c + d);
    }

    private static void scale(float[] numbers, float by) {
      for (int j = 0; j < numbers.length; j++) {
        numbers[j] *= by;
      }
    }

    private static void levels(float[] scores, float logSumExp, byte[] levels) {
      for (int j = 0; j < levels.length; j++) {
        levels[j] = (byte) (int) Math.min((logSumExp - scores[j]) * PER_NAT + 0.5f, NONE);
      }
    }
  }
}
