package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.PanelKernels;
import dev.reformer4j.kernel.QueryBlock;
import java.util.Arrays;

/// The softmax of one query over what a cache keeps: the arithmetic of [ForwardPass] for a single
/// row, operation by operation, so that a step has the bits of the full pass.
///
/// What that takes: a score is one chain of fused multiply-adds in order of k, then times the key's
/// scale; the exponentials are those of the kernel, relative to the maximum over this and all
/// earlier rounds; sums and weighted values add in order of position; then the old sums decay, and
/// after the last round they are divided. Keys that the full pass meets beyond the window have
/// weight 0 there, which changes no sum, so they may be left out here.
///
/// In the full pass tokens are lanes. Here keys are: they have no order in a score or an
/// exponential, and the sum, which has one, is a plain loop.
final class StepSoftmax {
  private final Kernels kernels = Kernels.best();
  private final PanelKernels panels = PanelKernels.best();
  private final int dQk;
  private final int dV;
  private float[] weights = new float[Kernels.PANEL];
  private final float[] sums;
  private final float[] oldMax = new float[Kernels.PANEL];
  private final float[] max = new float[Kernels.PANEL];
  private final float[] laneSum = new float[Kernels.PANEL];
  private final float[] keep = new float[Kernels.PANEL];
  private final float[] gain = new float[1];
  private final int[] outputOffset = new int[1];
  private float top;
  private float total;

  StepSoftmax(int dQk, int dV) {
    this.dQk = dQk;
    this.dV = dV;
    this.sums = new float[dV];
  }

  /// Begins with the next query.
  void begin() {
    top = Kernels.NO_MAXIMUM;
    total = 0;
  }

  /// Makes room for the scores of so many keys.
  void reserve(int keys) {
    int wanted = (keys + Kernels.PANEL - 1) / Kernels.PANEL * Kernels.PANEL;
    if (wanted > weights.length) {
      weights = new float[wanted];
    }
  }

  /// One round against a ring, and against the query itself.
  ///
  /// @param self the value of the query's own token, `[dV]` from `selfOffset`
  /// @param output `[dV]` from `offset`, final after the last round
  void attend(
      TokenRing ring,
      float[] query,
      int queryOffset,
      float[] self,
      int selfOffset,
      float[] output,
      int offset,
      boolean last) {
    int keys = ring.count();
    score(ring, query, queryOffset);
    weights[keys] = QueryBlock.SELF;
    float newTop = Math.max(greatest(keys + 1), top);
    exponentials(keys + 1, newTop);
    float sum = sum(ring, keys) + weights[keys];
    addValues(ring);
    panels.multiplyVector(self, selfOffset, dV, weights, keys, sums, 0, 1, dV, true);
    merge(newTop, sum, output, offset, last);
  }

  /// The only round, against the last tokens of a ring.
  ///
  /// @param first the oldest token that is seen, counted from the oldest in the ring
  void attendFrom(
      TokenRing ring, int first, float[] query, int queryOffset, float[] output, int offset) {
    int keys = ring.count();
    score(ring, query, queryOffset);
    for (int index = 0; index < first; index++) {
      weights[ring.slot(index)] = Float.NEGATIVE_INFINITY;
    }
    float newTop = Math.max(greatest(keys), top);
    exponentials(keys, newTop);
    float sum = sum(ring, keys);
    addValues(ring);
    merge(newTop, sum, output, offset, true);
  }

  /// Bytes of its scratch.
  long bytes() {
    return Float.BYTES * (5L * Kernels.PANEL + weights.length + sums.length);
  }

  /// The logit of every slot.
  private void score(TokenRing ring, float[] query, int queryOffset) {
    panels.multiplyVector(
        ring.keys(), 0, ring.stride(), query, queryOffset, weights, 0, dQk, ring.columns(), false);
    float[] scale = ring.scale();
    for (int slot = 0; slot < ring.count(); slot++) {
      weights[slot] *= scale[slot];
    }
  }

  private float greatest(int keys) {
    float greatest = Float.NEGATIVE_INFINITY;
    for (int key = 0; key < keys; key++) {
      greatest = Math.max(greatest, weights[key]);
    }
    return greatest;
  }

  private void exponentials(int keys, float newTop) {
    int rows = (keys + Kernels.PANEL - 1) / Kernels.PANEL;
    Arrays.fill(weights, keys, rows * Kernels.PANEL, Float.NEGATIVE_INFINITY);
    Arrays.fill(max, newTop);
    for (int strip = 0; strip < Kernels.PANEL; strip += kernels.strip()) {
      kernels.exponentials(weights, 0, rows, strip, max, laneSum);
    }
  }

  private float sum(TokenRing ring, int keys) {
    float sum = 0;
    for (int slot = ring.start(); slot < keys; slot++) {
      sum += weights[slot];
    }
    for (int slot = 0; slot < ring.start(); slot++) {
      sum += weights[slot];
    }
    return sum;
  }

  private void addValues(TokenRing ring) {
    int start = ring.start();
    int older = ring.count() - start;
    panels.multiplyVector(ring.values(), start * dV, dV, weights, start, sums, 0, older, dV, false);
    panels.multiplyVector(ring.values(), 0, dV, weights, 0, sums, 0, start, dV, true);
  }

  private void merge(float newTop, float sum, float[] output, int offset, boolean last) {
    oldMax[0] = top;
    kernels.decay(oldMax, max, keep);
    float newTotal = total * keep[0] + sum;
    keep[0] = total == 0 ? 0 : keep[0];
    gain[0] = !last ? 1 : newTotal == 0 ? 0 : 1 / newTotal;
    keep[0] *= gain[0];
    top = newTop;
    total = newTotal;
    outputOffset[0] = offset;
    kernels.scatterRows(sums, dV, output, outputOffset, 1, dV, keep, gain);
  }
}
