package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Kernels.PANEL;
import static dev.reformer4j.kernel.Lanes.FLOATS;
import static dev.reformer4j.kernel.Lanes.STRIP;
import static dev.reformer4j.kernel.Lanes.W;

import java.lang.invoke.VarHandle;
import jdk.incubator.vector.FloatVector;

/// The products of a dense layer on vectors of 8 numbers (AVX2), whose tiles are 6 × 2 (see
/// [FencedTiles], also for what the fences are good for).
///
/// Such a tile does 12 products for 8 loads, so it lives on the nearest cache alone, and panels are
/// not kind to that one: a strip of 16 tokens is one line in four of its rows, so that it has but a
/// quarter of the cache to itself, and 128 rows of weights and of tokens already push each other
/// out. Therefore both operands of a tile stand one after the other here: weights are packed in
/// *slivers* of 24 outputs, `[inputs, 24]`, and a panel of tokens is copied into strips `[depth,
/// 16]` before it is multiplied. A sliver stays in the nearest cache while the strips go by. With
/// that a layer runs at about the rate of its tile alone, which it does neither from panels nor
/// with sums that are cut at 64 inputs and nothing copied.
///
/// Vectors of 16 numbers do twice the products for a load and keep the panels of [DenseTiles].
final class DenseSlivers {
  /// Outputs of one sliver: four tiles, and three vectors when a single token reads it.
  static final int ROWS = 24;

  /// Outputs are padded to a multiple of this: a vector, or two small tiles.
  static final int ROUND = 8;

  /// Whether this is the way on this machine.
  static final boolean FIT = Lanes.AVX2;

  /// Inputs that are summed before the next ones are copied. Sums wait in the output in between,
  /// which changes no bit.
  private static final int DEPTH = PanelKernels.DENSE_SCRATCH / PANEL;

  private DenseSlivers() {}

  /// `out = bias + W · panel`
  ///
  /// @param n tokens, rounded up to whole strips
  static void multiply(
      PackedWeights weights, float[] panel, int po, float[] out, int oo, int n, float[] scratch) {
    int inputs = weights.inputs();
    int blocks = (inputs + DEPTH - 1) / DEPTH;
    for (int block = 0; block < blocks; block++) {
      int first = (int) ((long) block * inputs / blocks);
      int depth = (int) ((block + 1L) * inputs / blocks) - first;
      copyStrips(panel, po + first * PANEL, depth, n, scratch);
      for (int o = 0; o < weights.paddedOutputs(); o += ROWS) {
        int rows = Math.min(ROWS, weights.paddedOutputs() - o);
        int at = weights.index(o) + first * ROWS;
        if (block == 0) {
          fillWithBias(weights, o, rows, out, oo + o * PANEL, n);
        }
        for (int i = 0; i < n; i += STRIP) {
          int to = oo + o * PANEL + i;
          multiplySliver(weights.numbers, at, rows, scratch, i * depth, out, to, depth);
        }
      }
    }
  }

  private static void fillWithBias(
      PackedWeights weights, int output, int rows, float[] out, int oo, int n) {
    for (int r = 0; r < rows; r++) {
      FloatVector bias = FloatVector.broadcast(FLOATS, weights.bias[output + r]);
      for (int i = 0; i < n; i += W) {
        bias.intoArray(out, oo + r * PANEL + i);
      }
    }
  }

  /// One sliver times one strip.
  private static void multiplySliver(
      float[] sliver, int so, int rows, float[] strip, int bo, float[] out, int oo, int depth) {
    int r = 0;
    for (; r < rows && FencedTiles.nextRows(rows - r) == 6; r += 6) {
      sliverTile6(sliver, so + r, strip, bo, out, oo + r * PANEL, depth);
    }
    for (; r < rows; r += 4) {
      sliverTile4(sliver, so + r, strip, bo, out, oo + r * PANEL, depth);
    }
  }

  private static void copyStrips(float[] panel, int po, int depth, int n, float[] strips) {
    for (int p = 0; p < depth; p++) {
      int from = po + p * PANEL;
      int to = p * STRIP;
      for (int i = 0; i < n; i += STRIP) {
        FloatVector.fromArray(FLOATS, panel, from + i).intoArray(strips, to + i * depth);
        FloatVector.fromArray(FLOATS, panel, from + i + W).intoArray(strips, to + i * depth + W);
      }
    }
  }

  /// Six rows of C; A is a sliver.
  private static void sliverTile6(float[] a, int ao, float[] b, int bo, float[] c, int co, int k) {
    FloatVector c0x = FloatVector.fromArray(FLOATS, c, co);
    FloatVector c0y = FloatVector.fromArray(FLOATS, c, co + W);
    FloatVector c1x = FloatVector.fromArray(FLOATS, c, co + PANEL);
    FloatVector c1y = FloatVector.fromArray(FLOATS, c, co + PANEL + W);
    FloatVector c2x = FloatVector.fromArray(FLOATS, c, co + 2 * PANEL);
    FloatVector c2y = FloatVector.fromArray(FLOATS, c, co + 2 * PANEL + W);
    FloatVector c3x = FloatVector.fromArray(FLOATS, c, co + 3 * PANEL);
    FloatVector c3y = FloatVector.fromArray(FLOATS, c, co + 3 * PANEL + W);
    FloatVector c4x = FloatVector.fromArray(FLOATS, c, co + 4 * PANEL);
    FloatVector c4y = FloatVector.fromArray(FLOATS, c, co + 4 * PANEL + W);
    FloatVector c5x = FloatVector.fromArray(FLOATS, c, co + 5 * PANEL);
    FloatVector c5y = FloatVector.fromArray(FLOATS, c, co + 5 * PANEL + W);
    // One step by itself where k is odd, then two a turn.
    int p = 0;
    for (; p < (k & 1); p++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bo + p * STRIP);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bo + p * STRIP + W);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS]);
      c0x = a0.fma(bx, c0x);
      c0y = a0.fma(by, c0y);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + 1]);
      c1x = a1.fma(bx, c1x);
      c1y = a1.fma(by, c1y);
      VarHandle.acquireFence();
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + 2]);
      c2x = a2.fma(bx, c2x);
      c2y = a2.fma(by, c2y);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + 3]);
      c3x = a3.fma(bx, c3x);
      c3y = a3.fma(by, c3y);
      VarHandle.acquireFence();
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + 4]);
      c4x = a4.fma(bx, c4x);
      c4y = a4.fma(by, c4y);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + 5]);
      c5x = a5.fma(bx, c5x);
      c5y = a5.fma(by, c5y);
    }
    for (; p < k; p += 2) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bo + p * STRIP);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bo + p * STRIP + W);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS]);
      c0x = a0.fma(bx, c0x);
      c0y = a0.fma(by, c0y);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + 1]);
      c1x = a1.fma(bx, c1x);
      c1y = a1.fma(by, c1y);
      VarHandle.acquireFence();
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + 2]);
      c2x = a2.fma(bx, c2x);
      c2y = a2.fma(by, c2y);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + 3]);
      c3x = a3.fma(bx, c3x);
      c3y = a3.fma(by, c3y);
      VarHandle.acquireFence();
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + 4]);
      c4x = a4.fma(bx, c4x);
      c4y = a4.fma(by, c4y);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + 5]);
      c5x = a5.fma(bx, c5x);
      c5y = a5.fma(by, c5y);
      VarHandle.acquireFence();
      FloatVector nextBx = FloatVector.fromArray(FLOATS, b, bo + p * STRIP + STRIP);
      FloatVector nextBy = FloatVector.fromArray(FLOATS, b, bo + p * STRIP + STRIP + W);
      FloatVector next0 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + ROWS]);
      c0x = next0.fma(nextBx, c0x);
      c0y = next0.fma(nextBy, c0y);
      FloatVector next1 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + ROWS + 1]);
      c1x = next1.fma(nextBx, c1x);
      c1y = next1.fma(nextBy, c1y);
      VarHandle.acquireFence();
      FloatVector next2 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + ROWS + 2]);
      c2x = next2.fma(nextBx, c2x);
      c2y = next2.fma(nextBy, c2y);
      FloatVector next3 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + ROWS + 3]);
      c3x = next3.fma(nextBx, c3x);
      c3y = next3.fma(nextBy, c3y);
      VarHandle.acquireFence();
      FloatVector next4 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + ROWS + 4]);
      c4x = next4.fma(nextBx, c4x);
      c4y = next4.fma(nextBy, c4y);
      FloatVector next5 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + ROWS + 5]);
      c5x = next5.fma(nextBx, c5x);
      c5y = next5.fma(nextBy, c5y);
    }
    c0x.intoArray(c, co);
    c0y.intoArray(c, co + W);
    c1x.intoArray(c, co + PANEL);
    c1y.intoArray(c, co + PANEL + W);
    c2x.intoArray(c, co + 2 * PANEL);
    c2y.intoArray(c, co + 2 * PANEL + W);
    c3x.intoArray(c, co + 3 * PANEL);
    c3y.intoArray(c, co + 3 * PANEL + W);
    c4x.intoArray(c, co + 4 * PANEL);
    c4y.intoArray(c, co + 4 * PANEL + W);
    c5x.intoArray(c, co + 5 * PANEL);
    c5y.intoArray(c, co + 5 * PANEL + W);
  }

  /// Four rows of C; A is a sliver.
  private static void sliverTile4(float[] a, int ao, float[] b, int bo, float[] c, int co, int k) {
    FloatVector c0x = FloatVector.fromArray(FLOATS, c, co);
    FloatVector c0y = FloatVector.fromArray(FLOATS, c, co + W);
    FloatVector c1x = FloatVector.fromArray(FLOATS, c, co + PANEL);
    FloatVector c1y = FloatVector.fromArray(FLOATS, c, co + PANEL + W);
    FloatVector c2x = FloatVector.fromArray(FLOATS, c, co + 2 * PANEL);
    FloatVector c2y = FloatVector.fromArray(FLOATS, c, co + 2 * PANEL + W);
    FloatVector c3x = FloatVector.fromArray(FLOATS, c, co + 3 * PANEL);
    FloatVector c3y = FloatVector.fromArray(FLOATS, c, co + 3 * PANEL + W);
    for (int p = 0; p < k; p++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bo + p * STRIP);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bo + p * STRIP + W);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS]);
      c0x = a0.fma(bx, c0x);
      c0y = a0.fma(by, c0y);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + 1]);
      c1x = a1.fma(bx, c1x);
      c1y = a1.fma(by, c1y);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + 2]);
      c2x = a2.fma(bx, c2x);
      c2y = a2.fma(by, c2y);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + p * ROWS + 3]);
      c3x = a3.fma(bx, c3x);
      c3y = a3.fma(by, c3y);
    }
    c0x.intoArray(c, co);
    c0y.intoArray(c, co + W);
    c1x.intoArray(c, co + PANEL);
    c1y.intoArray(c, co + PANEL + W);
    c2x.intoArray(c, co + 2 * PANEL);
    c2y.intoArray(c, co + 2 * PANEL + W);
    c3x.intoArray(c, co + 3 * PANEL);
    c3y.intoArray(c, co + 3 * PANEL + W);
  }
}
