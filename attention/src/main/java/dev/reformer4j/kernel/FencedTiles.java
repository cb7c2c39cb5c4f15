package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Lanes.FLOATS;
import static dev.reformer4j.kernel.Lanes.SLAB;
import static dev.reformer4j.kernel.Lanes.W;

import java.lang.invoke.VarHandle;
import jdk.incubator.vector.FloatVector;

/// `C = AᵀB` in the register tiles of AVX2 (see [Tiles]), of slabs that are one strip wide.
///
/// Why fences. The 16 registers of AVX2 hold 6 × 2 sums, two vectors of B and two broadcasts, and
/// not one more. But C2 issues all loads of a step before its products, which takes 20, and a tile
/// that spills runs at half the speed; up to 4 × 2 it does not. It moves no load over a fence, and
/// on x86 an acquiring one is no instruction. So with fences between, 6 × 2 stays in registers,
/// even if two steps stand in one turn of the loop (without them, never unroll by hand). It then
/// takes 1.9 instructions a product where 4 × 2 takes 2.75: alone on a core that is a tenth faster,
/// and a third or more where the core's other thread, which may be another machine's, wants
/// instructions as well.
///
/// Why C is a slab. Where its rows are a constant distance apart, a tile over 64 numbers is a tenth
/// faster, and one over 16 a seventh: with a distance that is an argument, the addresses and range
/// checks of 24 loads and stores cost as much as a dozen steps.
final class FencedTiles {
  /// Rows of the largest tile.
  static final int ROWS = 6;

  /// What sums begin with where nothing is added to, see [Tiles].
  private static final float[] ZEROS = new float[ROWS * SLAB];

  private FencedTiles() {}

  /// How many of m rows tiles do.
  static int wholeRows(int m) {
    return m > 4 ? m & -2 : m & -4;
  }

  /// Rows of the next tile, where so many are left, an even number from 4 on: six, unless a last
  /// pair would be left over.
  static int nextRows(int left) {
    return left == 4 || left == 8 ? 4 : 6;
  }

  /// @param bStep from slab to slab of B, and `cStep` of C
  /// @param m rows, of [#wholeRows]
  /// @param n columns: whole slabs
  static void multiply(
      float[] a,
      int ao,
      float[] b,
      int bo,
      int bStep,
      float[] c,
      int co,
      int cStep,
      int m,
      int n,
      int k,
      boolean add) {
    float[] from = add ? c : ZEROS;
    for (int j = 0; j < n / SLAB; j++) {
      int row = bo + j * bStep;
      int at = co + j * cStep;
      int i = 0;
      for (; i < m && nextRows(m - i) == 6; i += 6, at += 6 * SLAB) {
        tile6x2(a, ao + i, b, row, from, add ? at : 0, c, at, k);
      }
      for (; i < m; i += 4, at += 4 * SLAB) {
        tile4x2(a, ao + i, b, row, from, add ? at : 0, c, at, k);
      }
    }
  }

  private static void tile6x2(
      float[] a, int ao, float[] b, int bo, float[] from, int fo, float[] c, int co, int k) {
    FloatVector c0x = FloatVector.fromArray(FLOATS, from, fo);
    FloatVector c0y = FloatVector.fromArray(FLOATS, from, fo + W);
    FloatVector c1x = FloatVector.fromArray(FLOATS, from, fo + SLAB);
    FloatVector c1y = FloatVector.fromArray(FLOATS, from, fo + SLAB + W);
    FloatVector c2x = FloatVector.fromArray(FLOATS, from, fo + 2 * SLAB);
    FloatVector c2y = FloatVector.fromArray(FLOATS, from, fo + 2 * SLAB + W);
    FloatVector c3x = FloatVector.fromArray(FLOATS, from, fo + 3 * SLAB);
    FloatVector c3y = FloatVector.fromArray(FLOATS, from, fo + 3 * SLAB + W);
    FloatVector c4x = FloatVector.fromArray(FLOATS, from, fo + 4 * SLAB);
    FloatVector c4y = FloatVector.fromArray(FLOATS, from, fo + 4 * SLAB + W);
    FloatVector c5x = FloatVector.fromArray(FLOATS, from, fo + 5 * SLAB);
    FloatVector c5y = FloatVector.fromArray(FLOATS, from, fo + 5 * SLAB + W);
    // One step by itself where k is odd, then two a turn.
    int p = 0;
    for (; p < (k & 1); p++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bo + p * SLAB);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bo + p * SLAB + W);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB]);
      c0x = a0.fma(bx, c0x);
      c0y = a0.fma(by, c0y);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 1]);
      c1x = a1.fma(bx, c1x);
      c1y = a1.fma(by, c1y);
      VarHandle.acquireFence();
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 2]);
      c2x = a2.fma(bx, c2x);
      c2y = a2.fma(by, c2y);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 3]);
      c3x = a3.fma(bx, c3x);
      c3y = a3.fma(by, c3y);
      VarHandle.acquireFence();
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 4]);
      c4x = a4.fma(bx, c4x);
      c4y = a4.fma(by, c4y);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 5]);
      c5x = a5.fma(bx, c5x);
      c5y = a5.fma(by, c5y);
    }
    for (; p < k; p += 2) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bo + p * SLAB);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bo + p * SLAB + W);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB]);
      c0x = a0.fma(bx, c0x);
      c0y = a0.fma(by, c0y);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 1]);
      c1x = a1.fma(bx, c1x);
      c1y = a1.fma(by, c1y);
      VarHandle.acquireFence();
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 2]);
      c2x = a2.fma(bx, c2x);
      c2y = a2.fma(by, c2y);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 3]);
      c3x = a3.fma(bx, c3x);
      c3y = a3.fma(by, c3y);
      VarHandle.acquireFence();
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 4]);
      c4x = a4.fma(bx, c4x);
      c4y = a4.fma(by, c4y);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 5]);
      c5x = a5.fma(bx, c5x);
      c5y = a5.fma(by, c5y);
      VarHandle.acquireFence();
      FloatVector nextBx = FloatVector.fromArray(FLOATS, b, bo + p * SLAB + SLAB);
      FloatVector nextBy = FloatVector.fromArray(FLOATS, b, bo + p * SLAB + SLAB + W);
      FloatVector next0 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + SLAB]);
      c0x = next0.fma(nextBx, c0x);
      c0y = next0.fma(nextBy, c0y);
      FloatVector next1 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + SLAB + 1]);
      c1x = next1.fma(nextBx, c1x);
      c1y = next1.fma(nextBy, c1y);
      VarHandle.acquireFence();
      FloatVector next2 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + SLAB + 2]);
      c2x = next2.fma(nextBx, c2x);
      c2y = next2.fma(nextBy, c2y);
      FloatVector next3 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + SLAB + 3]);
      c3x = next3.fma(nextBx, c3x);
      c3y = next3.fma(nextBy, c3y);
      VarHandle.acquireFence();
      FloatVector next4 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + SLAB + 4]);
      c4x = next4.fma(nextBx, c4x);
      c4y = next4.fma(nextBy, c4y);
      FloatVector next5 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + SLAB + 5]);
      c5x = next5.fma(nextBx, c5x);
      c5y = next5.fma(nextBy, c5y);
    }
    c0x.intoArray(c, co);
    c0y.intoArray(c, co + W);
    c1x.intoArray(c, co + SLAB);
    c1y.intoArray(c, co + SLAB + W);
    c2x.intoArray(c, co + 2 * SLAB);
    c2y.intoArray(c, co + 2 * SLAB + W);
    c3x.intoArray(c, co + 3 * SLAB);
    c3y.intoArray(c, co + 3 * SLAB + W);
    c4x.intoArray(c, co + 4 * SLAB);
    c4y.intoArray(c, co + 4 * SLAB + W);
    c5x.intoArray(c, co + 5 * SLAB);
    c5y.intoArray(c, co + 5 * SLAB + W);
  }

  private static void tile4x2(
      float[] a, int ao, float[] b, int bo, float[] from, int fo, float[] c, int co, int k) {
    FloatVector c0x = FloatVector.fromArray(FLOATS, from, fo);
    FloatVector c0y = FloatVector.fromArray(FLOATS, from, fo + W);
    FloatVector c1x = FloatVector.fromArray(FLOATS, from, fo + SLAB);
    FloatVector c1y = FloatVector.fromArray(FLOATS, from, fo + SLAB + W);
    FloatVector c2x = FloatVector.fromArray(FLOATS, from, fo + 2 * SLAB);
    FloatVector c2y = FloatVector.fromArray(FLOATS, from, fo + 2 * SLAB + W);
    FloatVector c3x = FloatVector.fromArray(FLOATS, from, fo + 3 * SLAB);
    FloatVector c3y = FloatVector.fromArray(FLOATS, from, fo + 3 * SLAB + W);
    int p = 0;
    for (; p < (k & 1); p++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bo + p * SLAB);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bo + p * SLAB + W);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB]);
      c0x = a0.fma(bx, c0x);
      c0y = a0.fma(by, c0y);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 1]);
      c1x = a1.fma(bx, c1x);
      c1y = a1.fma(by, c1y);
      VarHandle.acquireFence();
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 2]);
      c2x = a2.fma(bx, c2x);
      c2y = a2.fma(by, c2y);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 3]);
      c3x = a3.fma(bx, c3x);
      c3y = a3.fma(by, c3y);
    }
    for (; p < k; p += 2) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bo + p * SLAB);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bo + p * SLAB + W);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB]);
      c0x = a0.fma(bx, c0x);
      c0y = a0.fma(by, c0y);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 1]);
      c1x = a1.fma(bx, c1x);
      c1y = a1.fma(by, c1y);
      VarHandle.acquireFence();
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 2]);
      c2x = a2.fma(bx, c2x);
      c2y = a2.fma(by, c2y);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + 3]);
      c3x = a3.fma(bx, c3x);
      c3y = a3.fma(by, c3y);
      VarHandle.acquireFence();
      FloatVector nextBx = FloatVector.fromArray(FLOATS, b, bo + p * SLAB + SLAB);
      FloatVector nextBy = FloatVector.fromArray(FLOATS, b, bo + p * SLAB + SLAB + W);
      FloatVector next0 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + SLAB]);
      c0x = next0.fma(nextBx, c0x);
      c0y = next0.fma(nextBy, c0y);
      FloatVector next1 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + SLAB + 1]);
      c1x = next1.fma(nextBx, c1x);
      c1y = next1.fma(nextBy, c1y);
      VarHandle.acquireFence();
      FloatVector next2 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + SLAB + 2]);
      c2x = next2.fma(nextBx, c2x);
      c2y = next2.fma(nextBy, c2y);
      FloatVector next3 = FloatVector.broadcast(FLOATS, a[ao + p * SLAB + SLAB + 3]);
      c3x = next3.fma(nextBx, c3x);
      c3y = next3.fma(nextBy, c3y);
    }
    c0x.intoArray(c, co);
    c0y.intoArray(c, co + W);
    c1x.intoArray(c, co + SLAB);
    c1y.intoArray(c, co + SLAB + W);
    c2x.intoArray(c, co + 2 * SLAB);
    c2y.intoArray(c, co + 2 * SLAB + W);
    c3x.intoArray(c, co + 3 * SLAB);
    c3y.intoArray(c, co + 3 * SLAB + W);
  }
}
