package dev.reformer4j.explorer;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Workers;
import java.util.Arrays;

/// The weights of full attention, one byte a pair: `level = round(−16 · ln(weight))`, so that a
/// level is 6% more or less; 255 where the weight is below e^(−15.9), one in eight million, or
/// there is none.
final class ExactLevels {
  /// Levels to a factor of e.
  static final int PER_NAT = 16;

  /// No weight worth a colour.
  static final int NONE = 255;

  /// Keys whose scores stay in the cache while the dimensions go by.
  private static final int TILE = 512;

  private ExactLevels() {}

  /// All pairs of one head.
  ///
  /// @param input shared queries and keys, one head
  /// @param logSumExp `[n]` of the exact attention
  /// @return `[n · n]`, a row a query
  static byte[] of(AttentionInput input, boolean causal, float[] logSumExp, Workers workers) {
    int n = input.n();
    int d = input.dQk();
    float[] keys = unitKeys(input);
    float[] queries = input.query().data();
    byte[] levels = new byte[Math.multiplyExact(n, n)];
    workers.run(
        n,
        () -> {
          float[] scores = new float[TILE];
          return query -> {
            int row = query * n;
            int end = causal ? query + 1 : n;
            Arrays.fill(levels, row, row + n, (byte) NONE);
            for (int first = 0; first < end; first += TILE) {
              int count = Math.min(TILE, end - first);
              scores(queries, query * d, d, keys, first, n, count, scores);
              for (int j = 0; j < count; j++) {
                float level = (logSumExp[query] - scores[j]) * PER_NAT + 0.5f;
                levels[row + first + j] = (byte) (int) Math.clamp(level, 0, NONE);
              }
            }
            levels[row + query] = (byte) NONE; // a token sees itself only if it is alone
            mask(input, levels, row);
          };
        });
    return levels;
  }

  private static void scores(
      float[] queries, int at, int d, float[] keys, int first, int n, int count, float[] scores) {
    Arrays.fill(scores, 0, count, 0);
    for (int e = 0; e < d; e++) {
      float q = queries[at + e];
      int column = e * n + first;
      for (int j = 0; j < count; j++) {
        scores[j] += q * keys[column + j];
      }
    }
  }

  private static void mask(AttentionInput input, byte[] levels, int row) {
    if (input.mask().isPresent()) {
      boolean[] mask = input.mask().get();
      for (int key = 0; key < mask.length; key++) {
        if (!mask[key]) {
          levels[row + key] = (byte) NONE;
        }
      }
    }
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
