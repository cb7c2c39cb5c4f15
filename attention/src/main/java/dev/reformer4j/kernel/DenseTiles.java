package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Kernels.PANEL;
import static dev.reformer4j.kernel.Lanes.FLOATS;
import static dev.reformer4j.kernel.Lanes.W;

import jdk.incubator.vector.FloatVector;

/// The product of a dense layer, `out += Wᵀ-panel · panel`, in tiles of ten rows, where a slab is a
/// whole panel.
///
/// Ten rows: measured alone with 512-bit vectors, over sums of 256, 10 × 2 runs at 167 to 181
/// GFLOP/s a core, 12 × 2 at 160, 8 × 2 at 146 to 165 (8 × 3 reaches 190, but three vectors do not
/// divide a panel). Attention keeps the 12 × 2 of [Tiles]; weights can be packed so that ten
/// divides their rows, and are.
///
/// Depth 64: then 64 rows of the weights, half a panel of tokens and the sums fit the nearest cache
/// together, and all tiles of a panel find them there; sums wait in the output in between, which
/// changes no bit. Against whole columns that is up to a tenth faster, and for sums of 1,024 as
/// fast; 48 is level, 96, 128 and 192 are slower.
final class DenseTiles {
  private static final int ROWS = 10;
  private static final int DEPTH = 64;

  private DenseTiles() {}

  /// @param a weights, rows of [PackedWeights#STRIDE]
  /// @param b panel
  /// @param c panel, which already holds the bias
  /// @param m a multiple of 4
  /// @param n whole vectors
  static void multiply(
      float[] a, int ao, float[] b, int bo, float[] c, int co, int m, int n, int k) {
    boolean fits = m % ROWS == 0 && n % (2 * W) == 0;
    if (!fits) {
      Tiles.multiply(a, ao, b, bo, c, co, PANEL, m, n, k, true);
      return;
    }
    for (int p = 0; p < k; p += DEPTH) {
      int depth = Math.min(DEPTH, k - p);
      for (int j = 0; j < n; j += 2 * W) {
        for (int i = 0; i < m; i += ROWS) {
          tile10x2(a, ao + p * PANEL + i, b, bo + p * PANEL + j, c, co + i * PANEL + j, depth);
        }
      }
    }
  }

  private static void tile10x2(float[] a, int ao, float[] b, int bo, float[] c, int co, int k) {
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
    FloatVector c6x = FloatVector.fromArray(FLOATS, c, co + 6 * PANEL);
    FloatVector c6y = FloatVector.fromArray(FLOATS, c, co + 6 * PANEL + W);
    FloatVector c7x = FloatVector.fromArray(FLOATS, c, co + 7 * PANEL);
    FloatVector c7y = FloatVector.fromArray(FLOATS, c, co + 7 * PANEL + W);
    FloatVector c8x = FloatVector.fromArray(FLOATS, c, co + 8 * PANEL);
    FloatVector c8y = FloatVector.fromArray(FLOATS, c, co + 8 * PANEL + W);
    FloatVector c9x = FloatVector.fromArray(FLOATS, c, co + 9 * PANEL);
    FloatVector c9y = FloatVector.fromArray(FLOATS, c, co + 9 * PANEL + W);
    for (int p = 0; p < k; p++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bo + p * PANEL);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bo + p * PANEL + W);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + p * PANEL]);
      c0x = a0.fma(bx, c0x);
      c0y = a0.fma(by, c0y);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + p * PANEL + 1]);
      c1x = a1.fma(bx, c1x);
      c1y = a1.fma(by, c1y);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + p * PANEL + 2]);
      c2x = a2.fma(bx, c2x);
      c2y = a2.fma(by, c2y);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + p * PANEL + 3]);
      c3x = a3.fma(bx, c3x);
      c3y = a3.fma(by, c3y);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[ao + p * PANEL + 4]);
      c4x = a4.fma(bx, c4x);
      c4y = a4.fma(by, c4y);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[ao + p * PANEL + 5]);
      c5x = a5.fma(bx, c5x);
      c5y = a5.fma(by, c5y);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[ao + p * PANEL + 6]);
      c6x = a6.fma(bx, c6x);
      c6y = a6.fma(by, c6y);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[ao + p * PANEL + 7]);
      c7x = a7.fma(bx, c7x);
      c7y = a7.fma(by, c7y);
      FloatVector a8 = FloatVector.broadcast(FLOATS, a[ao + p * PANEL + 8]);
      c8x = a8.fma(bx, c8x);
      c8y = a8.fma(by, c8y);
      FloatVector a9 = FloatVector.broadcast(FLOATS, a[ao + p * PANEL + 9]);
      c9x = a9.fma(bx, c9x);
      c9y = a9.fma(by, c9y);
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
    c6x.intoArray(c, co + 6 * PANEL);
    c6y.intoArray(c, co + 6 * PANEL + W);
    c7x.intoArray(c, co + 7 * PANEL);
    c7y.intoArray(c, co + 7 * PANEL + W);
    c8x.intoArray(c, co + 8 * PANEL);
    c8y.intoArray(c, co + 8 * PANEL + W);
    c9x.intoArray(c, co + 9 * PANEL);
    c9y.intoArray(c, co + 9 * PANEL + W);
  }
}
