package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.PanelKernels;
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
abstract sealed class StepSoftmax permits RingSoftmax, GatherSoftmax {
  final PanelKernels panels = PanelKernels.best();
  final Kernels kernels = Kernels.best();
  final int dQk;
  final int dV;

  /// Logits of the keys of this round, then their weights.
  float[] weights = new float[Kernels.PANEL];

  /// `[dV]` the weighted values of this round.
  final float[] sums;

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
  final void begin() {
    top = Kernels.NO_MAXIMUM;
    total = 0;
  }

  /// Makes room for the scores of so many keys, or more.
  final void reserve(int keys) {
    int wanted = (keys + Kernels.PANEL - 1) / Kernels.PANEL * Kernels.PANEL;
    if (wanted > weights.length) {
      weights = new float[Math.max(wanted, 2 * weights.length)];
    }
  }

  /// Bytes of its scratch.
  long bytes() {
    return Float.BYTES * (4L * Kernels.PANEL + weights.length + sums.length);
  }

  /// Turns the first logits into weights.
  final void soften(int keys) {
    float greatest = top;
    for (int key = 0; key < keys; key++) {
      greatest = Math.max(greatest, weights[key]);
    }
    oldMax[0] = top;
    top = greatest;
    int slab = kernels.slab();
    int rows = (keys + slab - 1) / slab;
    Arrays.fill(weights, keys, rows * slab, Float.NEGATIVE_INFINITY);
    Arrays.fill(max, greatest);
    for (int strip = 0; strip < slab; strip += kernels.strip()) {
      kernels.exponentials(weights, 0, rows, strip, max, laneSum);
    }
  }

  /// The sum of weights `[from, to)` in their order, added to a sum.
  final float add(float sum, int from, int to) {
    float added = sum;
    for (int key = from; key < to; key++) {
      added += weights[key];
    }
    return added;
  }

  /// Adds the sums of this round to the output, and after the last round divides.
  ///
  /// @param sum of the weights of this round
  /// @param output `[dV]` from `offset`
  final void merge(float sum, float[] output, int offset, boolean last) {
    kernels.decay(oldMax, max, keep);
    float newTotal = total * keep[0] + sum;
    // Before the first key the output holds nothing, and it must not be read.
    keep[0] = total == 0 ? 0 : keep[0];
    gain[0] = !last ? 1 : newTotal == 0 ? 0 : 1 / newTotal;
    keep[0] *= gain[0];
    total = newTotal;
    outputOffset[0] = offset;
    kernels.scatterRows(sums, 1, output, outputOffset, 1, dV, keep, gain);
  }
}
