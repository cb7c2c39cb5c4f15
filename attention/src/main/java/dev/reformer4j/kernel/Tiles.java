package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Lanes.FLOATS;
import static dev.reformer4j.kernel.Lanes.SLAB;
import static dev.reformer4j.kernel.Lanes.W;

import jdk.incubator.vector.FloatVector;

/// `C = AᵀB` in register tiles: m rows × 1 or 2 vectors of C stay in registers while k runs.
///
/// Why these tiles. One fused multiply-add takes 4 cycles and two start per cycle, so 8
/// accumulators are the least; every row costs a broadcast and every vector a load, two of which
/// start per cycle, so a tile must do more products than it has rows and vectors. With 32 registers
/// (AVX-512, NEON) 12 × 2 wins and C2 keeps all 24 accumulators in registers; those of AVX2 are
/// [FencedTiles]. A and B are slabs, so all broadcasts of one k have one base register and constant
/// displacements, and the range checks leave the loop; with a variable row stride the same tile
/// loses a fifth of its speed.
///
/// Why the sums start from an array. A choice between adding and overwriting, made at the stores,
/// is 24 more branches, and C2 then stops inlining half way and boxes vectors. So sums are loaded
/// from C itself, or from one row of zeros with stride 0, and the code is the same. The methods
/// call the Vector API directly, for the same reason.
///
/// Measured alternatives and the shares of the peak are in docs/performance.md.
final class Tiles {
  /// Rows of the largest tile.
  static final int ROWS = 12;

  private static final float[] ZEROS = new float[2 * W];

  private Tiles() {}

  /// All of C but the columns beyond the last whole vector.
  ///
  /// @param b one slab
  /// @param c rows `cs` apart
  /// @param m a multiple of 4
  static void multiply(
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] c,
      int co,
      int cs,
      int m,
      int n,
      int k,
      boolean add) {
    float[] from = add ? c : ZEROS;
    int fs = add ? cs : 0;
    int j = 0;
    for (; j + 2 * W <= n; j += 2 * W) {
      int i = 0;
      for (; i + 12 <= m; i += 12) {
        int at = co + i * cs + j;
        tile12x2(a, ao + i, b, bo + j, from, add ? at : 0, fs, c, at, cs, k);
      }
      for (; i + 8 <= m; i += 8) {
        int at = co + i * cs + j;
        tile8x2(a, ao + i, b, bo + j, from, add ? at : 0, fs, c, at, cs, k);
      }
      for (; i < m; i += 4) {
        int at = co + i * cs + j;
        tile4x2(a, ao + i, b, bo + j, from, add ? at : 0, fs, c, at, cs, k);
      }
    }
    for (; j + W <= n; j += W) {
      int i = 0;
      for (; i + 8 <= m; i += 8) {
        int at = co + i * cs + j;
        tile8x1(a, ao + i, b, bo + j, from, add ? at : 0, fs, c, at, cs, k);
      }
      for (; i < m; i += 4) {
        int at = co + i * cs + j;
        tile4x1(a, ao + i, b, bo + j, from, add ? at : 0, fs, c, at, cs, k);
      }
    }
  }

  private static void tile12x2(
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] from,
      int fo,
      int fs,
      float[] c,
      int co,
      int cs,
      int k) {
    FloatVector c0x = FloatVector.fromArray(FLOATS, from, fo);
    FloatVector c0y = FloatVector.fromArray(FLOATS, from, fo + W);
    FloatVector c1x = FloatVector.fromArray(FLOATS, from, fo + fs);
    FloatVector c1y = FloatVector.fromArray(FLOATS, from, fo + fs + W);
    FloatVector c2x = FloatVector.fromArray(FLOATS, from, fo + 2 * fs);
    FloatVector c2y = FloatVector.fromArray(FLOATS, from, fo + 2 * fs + W);
    FloatVector c3x = FloatVector.fromArray(FLOATS, from, fo + 3 * fs);
    FloatVector c3y = FloatVector.fromArray(FLOATS, from, fo + 3 * fs + W);
    FloatVector c4x = FloatVector.fromArray(FLOATS, from, fo + 4 * fs);
    FloatVector c4y = FloatVector.fromArray(FLOATS, from, fo + 4 * fs + W);
    FloatVector c5x = FloatVector.fromArray(FLOATS, from, fo + 5 * fs);
    FloatVector c5y = FloatVector.fromArray(FLOATS, from, fo + 5 * fs + W);
    FloatVector c6x = FloatVector.fromArray(FLOATS, from, fo + 6 * fs);
    FloatVector c6y = FloatVector.fromArray(FLOATS, from, fo + 6 * fs + W);
    FloatVector c7x = FloatVector.fromArray(FLOATS, from, fo + 7 * fs);
    FloatVector c7y = FloatVector.fromArray(FLOATS, from, fo + 7 * fs + W);
    FloatVector c8x = FloatVector.fromArray(FLOATS, from, fo + 8 * fs);
    FloatVector c8y = FloatVector.fromArray(FLOATS, from, fo + 8 * fs + W);
    FloatVector c9x = FloatVector.fromArray(FLOATS, from, fo + 9 * fs);
    FloatVector c9y = FloatVector.fromArray(FLOATS, from, fo + 9 * fs + W);
    FloatVector c10x = FloatVector.fromArray(FLOATS, from, fo + 10 * fs);
    FloatVector c10y = FloatVector.fromArray(FLOATS, from, fo + 10 * fs + W);
    FloatVector c11x = FloatVector.fromArray(FLOATS, from, fo + 11 * fs);
    FloatVector c11y = FloatVector.fromArray(FLOATS, from, fo + 11 * fs + W);
    for (int p = 0; p < k; p++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bo + p * SLAB);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bo + p * SLAB + W);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB]);
      c0x = a0.fma(bx, c0x);
      c0y = a0.fma(by, c0y);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 1]);
      c1x = a1.fma(bx, c1x);
      c1y = a1.fma(by, c1y);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 2]);
      c2x = a2.fma(bx, c2x);
      c2y = a2.fma(by, c2y);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 3]);
      c3x = a3.fma(bx, c3x);
      c3y = a3.fma(by, c3y);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 4]);
      c4x = a4.fma(bx, c4x);
      c4y = a4.fma(by, c4y);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 5]);
      c5x = a5.fma(bx, c5x);
      c5y = a5.fma(by, c5y);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 6]);
      c6x = a6.fma(bx, c6x);
      c6y = a6.fma(by, c6y);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 7]);
      c7x = a7.fma(bx, c7x);
      c7y = a7.fma(by, c7y);
      FloatVector a8 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 8]);
      c8x = a8.fma(bx, c8x);
      c8y = a8.fma(by, c8y);
      FloatVector a9 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 9]);
      c9x = a9.fma(bx, c9x);
      c9y = a9.fma(by, c9y);
      FloatVector a10 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 10]);
      c10x = a10.fma(bx, c10x);
      c10y = a10.fma(by, c10y);
      FloatVector a11 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 11]);
      c11x = a11.fma(bx, c11x);
      c11y = a11.fma(by, c11y);
    }
    c0x.intoArray(c, co);
    c0y.intoArray(c, co + W);
    c1x.intoArray(c, co + cs);
    c1y.intoArray(c, co + cs + W);
    c2x.intoArray(c, co + 2 * cs);
    c2y.intoArray(c, co + 2 * cs + W);
    c3x.intoArray(c, co + 3 * cs);
    c3y.intoArray(c, co + 3 * cs + W);
    c4x.intoArray(c, co + 4 * cs);
    c4y.intoArray(c, co + 4 * cs + W);
    c5x.intoArray(c, co + 5 * cs);
    c5y.intoArray(c, co + 5 * cs + W);
    c6x.intoArray(c, co + 6 * cs);
    c6y.intoArray(c, co + 6 * cs + W);
    c7x.intoArray(c, co + 7 * cs);
    c7y.intoArray(c, co + 7 * cs + W);
    c8x.intoArray(c, co + 8 * cs);
    c8y.intoArray(c, co + 8 * cs + W);
    c9x.intoArray(c, co + 9 * cs);
    c9y.intoArray(c, co + 9 * cs + W);
    c10x.intoArray(c, co + 10 * cs);
    c10y.intoArray(c, co + 10 * cs + W);
    c11x.intoArray(c, co + 11 * cs);
    c11y.intoArray(c, co + 11 * cs + W);
  }

  private static void tile8x2(
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] from,
      int fo,
      int fs,
      float[] c,
      int co,
      int cs,
      int k) {
    FloatVector c0x = FloatVector.fromArray(FLOATS, from, fo);
    FloatVector c0y = FloatVector.fromArray(FLOATS, from, fo + W);
    FloatVector c1x = FloatVector.fromArray(FLOATS, from, fo + fs);
    FloatVector c1y = FloatVector.fromArray(FLOATS, from, fo + fs + W);
    FloatVector c2x = FloatVector.fromArray(FLOATS, from, fo + 2 * fs);
    FloatVector c2y = FloatVector.fromArray(FLOATS, from, fo + 2 * fs + W);
    FloatVector c3x = FloatVector.fromArray(FLOATS, from, fo + 3 * fs);
    FloatVector c3y = FloatVector.fromArray(FLOATS, from, fo + 3 * fs + W);
    FloatVector c4x = FloatVector.fromArray(FLOATS, from, fo + 4 * fs);
    FloatVector c4y = FloatVector.fromArray(FLOATS, from, fo + 4 * fs + W);
    FloatVector c5x = FloatVector.fromArray(FLOATS, from, fo + 5 * fs);
    FloatVector c5y = FloatVector.fromArray(FLOATS, from, fo + 5 * fs + W);
    FloatVector c6x = FloatVector.fromArray(FLOATS, from, fo + 6 * fs);
    FloatVector c6y = FloatVector.fromArray(FLOATS, from, fo + 6 * fs + W);
    FloatVector c7x = FloatVector.fromArray(FLOATS, from, fo + 7 * fs);
    FloatVector c7y = FloatVector.fromArray(FLOATS, from, fo + 7 * fs + W);
    for (int p = 0; p < k; p++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bo + p * SLAB);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bo + p * SLAB + W);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB]);
      c0x = a0.fma(bx, c0x);
      c0y = a0.fma(by, c0y);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 1]);
      c1x = a1.fma(bx, c1x);
      c1y = a1.fma(by, c1y);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 2]);
      c2x = a2.fma(bx, c2x);
      c2y = a2.fma(by, c2y);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 3]);
      c3x = a3.fma(bx, c3x);
      c3y = a3.fma(by, c3y);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 4]);
      c4x = a4.fma(bx, c4x);
      c4y = a4.fma(by, c4y);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 5]);
      c5x = a5.fma(bx, c5x);
      c5y = a5.fma(by, c5y);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 6]);
      c6x = a6.fma(bx, c6x);
      c6y = a6.fma(by, c6y);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 7]);
      c7x = a7.fma(bx, c7x);
      c7y = a7.fma(by, c7y);
    }
    c0x.intoArray(c, co);
    c0y.intoArray(c, co + W);
    c1x.intoArray(c, co + cs);
    c1y.intoArray(c, co + cs + W);
    c2x.intoArray(c, co + 2 * cs);
    c2y.intoArray(c, co + 2 * cs + W);
    c3x.intoArray(c, co + 3 * cs);
    c3y.intoArray(c, co + 3 * cs + W);
    c4x.intoArray(c, co + 4 * cs);
    c4y.intoArray(c, co + 4 * cs + W);
    c5x.intoArray(c, co + 5 * cs);
    c5y.intoArray(c, co + 5 * cs + W);
    c6x.intoArray(c, co + 6 * cs);
    c6y.intoArray(c, co + 6 * cs + W);
    c7x.intoArray(c, co + 7 * cs);
    c7y.intoArray(c, co + 7 * cs + W);
  }

  private static void tile4x2(
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] from,
      int fo,
      int fs,
      float[] c,
      int co,
      int cs,
      int k) {
    FloatVector c0x = FloatVector.fromArray(FLOATS, from, fo);
    FloatVector c0y = FloatVector.fromArray(FLOATS, from, fo + W);
    FloatVector c1x = FloatVector.fromArray(FLOATS, from, fo + fs);
    FloatVector c1y = FloatVector.fromArray(FLOATS, from, fo + fs + W);
    FloatVector c2x = FloatVector.fromArray(FLOATS, from, fo + 2 * fs);
    FloatVector c2y = FloatVector.fromArray(FLOATS, from, fo + 2 * fs + W);
    FloatVector c3x = FloatVector.fromArray(FLOATS, from, fo + 3 * fs);
    FloatVector c3y = FloatVector.fromArray(FLOATS, from, fo + 3 * fs + W);
    for (int p = 0; p < k; p++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bo + p * SLAB);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bo + p * SLAB + W);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB]);
      c0x = a0.fma(bx, c0x);
      c0y = a0.fma(by, c0y);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 1]);
      c1x = a1.fma(bx, c1x);
      c1y = a1.fma(by, c1y);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 2]);
      c2x = a2.fma(bx, c2x);
      c2y = a2.fma(by, c2y);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 3]);
      c3x = a3.fma(bx, c3x);
      c3y = a3.fma(by, c3y);
    }
    c0x.intoArray(c, co);
    c0y.intoArray(c, co + W);
    c1x.intoArray(c, co + cs);
    c1y.intoArray(c, co + cs + W);
    c2x.intoArray(c, co + 2 * cs);
    c2y.intoArray(c, co + 2 * cs + W);
    c3x.intoArray(c, co + 3 * cs);
    c3y.intoArray(c, co + 3 * cs + W);
  }

  private static void tile8x1(
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] from,
      int fo,
      int fs,
      float[] c,
      int co,
      int cs,
      int k) {
    FloatVector c0x = FloatVector.fromArray(FLOATS, from, fo);
    FloatVector c1x = FloatVector.fromArray(FLOATS, from, fo + fs);
    FloatVector c2x = FloatVector.fromArray(FLOATS, from, fo + 2 * fs);
    FloatVector c3x = FloatVector.fromArray(FLOATS, from, fo + 3 * fs);
    FloatVector c4x = FloatVector.fromArray(FLOATS, from, fo + 4 * fs);
    FloatVector c5x = FloatVector.fromArray(FLOATS, from, fo + 5 * fs);
    FloatVector c6x = FloatVector.fromArray(FLOATS, from, fo + 6 * fs);
    FloatVector c7x = FloatVector.fromArray(FLOATS, from, fo + 7 * fs);
    for (int p = 0; p < k; p++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bo + p * SLAB);
      c0x = FloatVector.broadcast(FLOATS, a[ao + p * SLAB]).fma(bx, c0x);
      c1x = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 1]).fma(bx, c1x);
      c2x = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 2]).fma(bx, c2x);
      c3x = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 3]).fma(bx, c3x);
      c4x = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 4]).fma(bx, c4x);
      c5x = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 5]).fma(bx, c5x);
      c6x = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 6]).fma(bx, c6x);
      c7x = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 7]).fma(bx, c7x);
    }
    c0x.intoArray(c, co);
    c1x.intoArray(c, co + cs);
    c2x.intoArray(c, co + 2 * cs);
    c3x.intoArray(c, co + 3 * cs);
    c4x.intoArray(c, co + 4 * cs);
    c5x.intoArray(c, co + 5 * cs);
    c6x.intoArray(c, co + 6 * cs);
    c7x.intoArray(c, co + 7 * cs);
  }

  private static void tile4x1(
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] from,
      int fo,
      int fs,
      float[] c,
      int co,
      int cs,
      int k) {
    FloatVector c0x = FloatVector.fromArray(FLOATS, from, fo);
    FloatVector c1x = FloatVector.fromArray(FLOATS, from, fo + fs);
    FloatVector c2x = FloatVector.fromArray(FLOATS, from, fo + 2 * fs);
    FloatVector c3x = FloatVector.fromArray(FLOATS, from, fo + 3 * fs);
    for (int p = 0; p < k; p++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bo + p * SLAB);
      c0x = FloatVector.broadcast(FLOATS, a[ao + p * SLAB]).fma(bx, c0x);
      c1x = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 1]).fma(bx, c1x);
      c2x = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 2]).fma(bx, c2x);
      c3x = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 3]).fma(bx, c3x);
    }
    c0x.intoArray(c, co);
    c1x.intoArray(c, co + cs);
    c2x.intoArray(c, co + 2 * cs);
    c3x.intoArray(c, co + 3 * cs);
  }
}
