package dev.reformer4j.explorer;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Workers;
import java.util.Arrays;
import java.util.Optional;

/// Full attention of one head, pair by pair: what LSH attention is compared with, whatever its
/// controls say. A token sees itself only if it is alone.
///
/// @param causal whether a row ends with its own token: rows then are 1 to n long, and else all n
/// @param weights row after row, one a query; masked keys have none
/// @param sums `[n]` of the rows: 1, but for rounding
/// @param levels the same as weights in one byte each, to be sent and drawn: `round(−16 ·
///   ln(weight))`, so that a level is 6% more or less; 255 where the weight is below e^(−15.9), one
///   in eight million, or the pair is a token with itself
record FullWeights(int n, boolean causal, float[] weights, double[] sums, byte[] levels) {
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
    int pairs = Math.toIntExact(causal ? (n + 1L) * n / 2 : (long) n * n);
    FullWeights full = new FullWeights(n, causal, new float[pairs], new double[n], new byte[pairs]);
    float[][] keys = unitKeys(input);
    Optional<boolean[]> mask = input.mask();
    workers.run(
        n,
        () -> {
          Row row = new Row(n);
          return query -> {
            row.begin(full.length(query));
            row.score(input, query, keys);
            mask.ifPresent(row::hide);
            row.store(full, query);
          };
        });
    return full;
  }

  /// How many bytes this takes.
  long bytes() {
    return 5L * levels.length;
  }

  /// How many keys the row of a query has.
  int length(int query) {
    return causal ? query + 1 : n;
  }

  /// Where the row of a query begins.
  int start(int query) {
    return causal ? (int) ((query + 1L) * query / 2) : query * n;
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
    private int length;

    Row(int n) {
      scores = new float[n];
      weights = new float[n];
      levels = new byte[n];
    }

    void begin(int newLength) {
      length = newLength;
    }

    /// The scores of the keys, added up four dimensions at a time; −∞ for the query itself.
    void score(AttentionInput input, int query, float[][] keys) {
      int d = input.dQk();
      float[] queries = input.query().data();
      int at = query * d;
      Arrays.fill(scores, 0, length, 0);
      int e = 0;
      for (; e + 3 < d; e += 4) {
        addFour(queries, at + e, keys[e], keys[e + 1], keys[e + 2], keys[e + 3], length);
      }
      for (; e < d; e++) {
        addOne(queries[at + e], keys[e], length);
      }
      scores[query] = Float.NEGATIVE_INFINITY;
    }

    private void addFour(
        float[] q, int at, float[] k0, float[] k1, float[] k2, float[] k3, int length) {
      float[] to = scores;
      float q0 = q[at];
      float q1 = q[at + 1];
      float q2 = q[at + 2];
      float q3 = q[at + 3];
      for (int j = 0; j < length; j++) {
        to[j] += q0 * k0[j] + q1 * k1[j] + q2 * k2[j] + q3 * k3[j];
      }
    }

    private void addOne(float q, float[] k, int length) {
      float[] to = scores;
      for (int j = 0; j < length; j++) {
        to[j] += q * k[j];
      }
    }

    void hide(boolean[] mask) {
      for (int key = 0; key < length; key++) {
        if (!mask[key]) {
          scores[key] = Float.NEGATIVE_INFINITY;
        }
      }
    }

    /// The softmax, and its levels.
    void store(FullWeights full, int query) {
      int start = full.start(query);
      float max = max(scores, length);
      if (max == Float.NEGATIVE_INFINITY) {
        Arrays.fill(full.levels, start, start + length, (byte) NONE);
        full.weights[start + query] = 1;
        full.sums[query] = 1;
        return;
      }
      exponentials(scores, max, weights, length);
      double sum = sum(weights, length);
      scale(weights, (float) (1 / sum), length);
      levels(scores, (float) (max + Math.log(sum)), levels, length);
      full.sums[query] = sum(weights, length);
      System.arraycopy(weights, 0, full.weights, start, length);
      System.arraycopy(levels, 0, full.levels, start, length);
    }

    private static float max(float[] numbers, int length) {
      float max = Float.NEGATIVE_INFINITY;
      for (int j = 0; j < length; j++) {
        max = Math.max(max, numbers[j]);
      }
      return max;
    }

    private static void exponentials(float[] scores, float max, float[] weights, int length) {
      for (int j = 0; j < length; j++) {
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
    private static double sum(float[] numbers, int length) {
      double a = 0;
      double b = 0;
      double c = 0;
      double d = 0;
      int j = 0;
      for (; j + 3 < length; j += 4) {
        a += numbers[j];
        b += numbers[j + 1];
        c += numbers[j + 2];
        d += numbers[j + 3];
      }
      for (; j < length; j++) {
        a += numbers[j];
      }
      return a + b + (c + d);
    }

    private static void scale(float[] numbers, float by, int length) {
      for (int j = 0; j < length; j++) {
        numbers[j] *= by;
      }
    }

    private static void levels(float[] scores, float logSumExp, byte[] levels, int length) {
      for (int j = 0; j < length; j++) {
        levels[j] = (byte) (int) Math.min((logSumExp - scores[j]) * PER_NAT + 0.5f, NONE);
      }
    }
  }
}
