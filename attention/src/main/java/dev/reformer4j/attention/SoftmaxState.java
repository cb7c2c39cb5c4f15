package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;

/// The softmax of every query on its way: the largest logit so far, and the sum of the exponentials
/// relative to it.
///
/// Merging rounds by log-sum-exp *is* one softmax over the keys of all rounds, so numerators, which
/// wait in the output row, and denominators just add up; when the maximum grows, both shrink. No
/// logarithm is needed before the end.
///
/// @param max `[batch, heads, n]` in log₂ units
/// @param sum `[batch, heads, n]`
record SoftmaxState(float[] max, float[] sum) {
  private static final double LN_2 = Math.log(2);

  static SoftmaxState of(int queries) {
    float[] max = new float[queries];
    Arrays.fill(max, Kernels.NO_MAXIMUM);
    return new SoftmaxState(max, new float[queries]);
  }

  /// The natural log-sum-exp of every query; −∞ where nothing was seen.
  Tensor logSumExp(int... shape) {
    float[] result = new float[max.length];
    for (int i = 0; i < result.length; i++) {
      result[i] =
          sum[i] == 0 ? Float.NEGATIVE_INFINITY : (float) (max[i] * LN_2 + Math.log(sum[i]));
    }
    return Tensor.of(result, shape);
  }
}
