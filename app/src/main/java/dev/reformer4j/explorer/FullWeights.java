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

  /// Keys whose scores stay in the cache while the dimensions go by.
  private static final int TILE = 512;

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
    float[] keys = unitKeys(input);
    Optional<boolean[]> mask = input.mask();
    workers.run(
        n,
        () -> {
          float[] scores = new float[n];
          return query -> {
            int seen = causal ? query : n;
            Arrays.fill(scores, 0);
            for (int first = 0; first < seen; first += TILE) {
              score(input, query, keys, first, Math.min(TILE, seen - first), scores);
            }
            Arrays.fill(scores, seen, n, Float.NEGATIVE_INFINITY);
            scores[query] = Float.NEGATIVE_INFINITY;
            mask.ifPresent(given -> hide(given, scores));
            full.fill(query, scores);
          };
        });
    return full;
  }

  /// How many bytes this takes.
  long bytes() {
    return 5L * n * n;
  }

  /// Scores of one query and some keys, which are added up four dimensions at a time.
  private static void score(
      AttentionInput input, int query, float[] keys, int first, int count, float[] scores) {
    int n = input.n();
    int d = input.dQk();
    float[] queries = input.query().data();
    int at = query * d;
    int e = 0;
    for (; e + 3 < d; e += 4) {
      float q0 = queries[at + e];
      float q1 = queries[at + e + 1];
      float q2 = queries[at + e + 2];
      float q3 = queries[at + e + 3];
      int k = e * n;
      for (int j = first; j < first + count; j++) {
        scores[j] +=
            q0 * keys[k + j]
                + q1 * keys[k + n + j]
                + q2 * keys[k + 2 * n + j]
                + q3 * keys[k + 3 * n + j];
      }
    }
    for (; e < d; e++) {
      for (int j = first; j < first + count; j++) {
        scores[j] += queries[at + e] * keys[e * n + j];
      }
    }
  }

  private static void hide(boolean[] mask, float[] scores) {
    for (int key = 0; key < mask.length; key++) {
      if (!mask[key]) {
        scores[key] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /// The softmax of one row.
  private void fill(int query, float[] scores) {
    int row = query * n;
    float max = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      max = Math.max(max, score);
    }
    if (max == Float.NEGATIVE_INFINITY) {
      Arrays.fill(levels, row, row + n, (byte) NONE);
      weights[row + query] = 1;
      sums[query] = 1;
      return;
    }
    double sum = 0;
    for (int key = 0; key < n; key++) {
      float below = scores[key] - max;
      float weight = below < LEAST ? 0 : (float) Math.exp(below);
      weights[row + key] = weight;
      sum += weight;
    }
    float scale = (float) (1 / sum);
    float logSumExp = (float) (max + Math.log(sum));
    double rounded = 0;
    for (int key = 0; key < n; key++) {
      float weight = weights[row + key] * scale;
      weights[row + key] = weight;
      rounded += weight;
      float level = (logSumExp - scores[key]) * PER_NAT + 0.5f;
      levels[row + key] = (byte) (int) Math.min(level, NONE);
    }
    sums[query] = rounded;
  }

  /// `k / √(mean(k²) + 1e-6) / √dQk`, laid out `[dQk, n]`, so that keys are neighbours.
  private static float[] unitKeys(AttentionInput input) {
    int n = input.n();
    int d = input.dQk();
    float[] from = input.key().data();
    float[] keys = new float[d * n];
    for (int i = 0; i < n; i++) {
      double square = 0;
      for (int e = 0; e < d; e++) {
        square += (double) from[i * d + e] * from[i * d + e];
      }
      double scale = 1 / Math.sqrt(square / d + 1e-6) / Math.sqrt(d);
      for (int e = 0; e < d; e++) {
        keys[e * n + i] = (float) (from[i * d + e] * scale);
      }
    }
    return keys;
  }
}
