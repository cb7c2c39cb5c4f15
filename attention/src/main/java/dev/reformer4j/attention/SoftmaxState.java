package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
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
/// @param logSumExp `[batch, heads, n]` natural logarithm, known in the end; −∞ where nothing was
///   seen
record SoftmaxState(float[] max, float[] sum, float[] logSumExp) {
  static SoftmaxState of(int queries) {
    float[] max = new float[queries];
    Arrays.fill(max, Kernels.NO_MAXIMUM);
    return new SoftmaxState(max, new float[queries], new float[queries]);
  }
}
