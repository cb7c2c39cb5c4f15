package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Kernels.PANEL;
import static dev.reformer4j.kernel.Lanes.FLOATS;
import static dev.reformer4j.kernel.Lanes.INTS;
import static dev.reformer4j.kernel.Lanes.W;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Rows to columns of panels and slabs. With 16 lanes a 16 × 16 square goes through two radix-4
/// passes of two-source permutations, one instruction each on AVX-512; narrower vectors have no
/// such permutation, and go through squares of 4 × 4 (see [Quads]).
final class Transposition {
  /// A radix-2 butterfly at distance 1, 2, 4, 8: `LOW` picks from (a, b) the lanes whose distance
  /// bit is clear, from b moved up; `HIGH` those whose bit is set, from a moved down.
  private static final int[][] LOW = new int[4][16];

  private static final int[][] HIGH = new int[4][16];

  static {
    for (int stage = 0; stage < 4; stage++) {
      int distance = 1 << stage;
      for (int lane = 0; lane < 16; lane++) {
        boolean upper = (lane & distance) != 0;
        LOW[stage][lane] = upper ? 16 + lane - distance : lane;
        HIGH[stage][lane] = upper ? 16 + lane : lane + distance;
      }
    }
  }

  private Transposition() {}

  /// `to[at + k · stride + i] = source[rowOffsets[first + i] + k]` for `rows` rows.
  ///
  /// @param scratch where in `to` 16 · d + 256 numbers may be used
  static void turn(
      float[] source,
      int[] rowOffsets,
      int first,
      int rows,
      int d,
      float[] to,
      int at,
      int stride,
      int scratch) {
    if (W == 16) {
      squares(source, rowOffsets, first, rows, d, to, at, stride, scratch);
      plain(source, rowOffsets, first, rows & -16, rows, 0, d & -16, to, at, stride);
      plain(source, rowOffsets, first, 0, rows, d & -16, d, to, at, stride);
    } else {
      quads(source, rowOffsets, first, rows, d, to, at, stride);
      plain(source, rowOffsets, first, rows & -Quads.SIDE, rows, 0, d, to, at, stride);
    }
  }

  /// Whole squares of 16 rows × 16 numbers; the scratch is for 16 rows and one square.
  ///
  /// Rows that lie anywhere in memory are first copied side by side, 16 at a time: a plain copy has
  /// many more cache misses under way at once than the permutations would, and the copy stays in
  /// the nearest cache.
  private static void squares(
      float[] source,
      int[] rowOffsets,
      int first,
      int rows,
      int d,
      float[] panel,
      int to,
      int stride,
      int copy) {
    int square = copy + 16 * d;
    int whole = d & -16;
    for (int row = 0; row + 16 <= rows; row += 16) {
      boolean sideBySide = areSideBySide(rowOffsets, first + row, d);
      if (!sideBySide) {
        for (int i = 0; i < 16; i++) {
          int from = rowOffsets[first + row + i];
          for (int k = 0; k < whole; k += 16) {
            FloatVector.fromArray(FLOATS, source, from + k).intoArray(panel, copy + i * d + k);
          }
        }
      }
      float[] from = sideBySide ? source : panel;
      int at = sideBySide ? rowOffsets[first + row] : copy;
      for (int k = 0; k < whole; k += 16) {
        for (int q = 0; q < 4; q++) {
          radix4(from, at + 4 * q * d + k, d, panel, square + 64 * q, 16, 0);
        }
        for (int q = 0; q < 4; q++) {
          radix4(panel, square + 16 * q, 64, panel, to + (k + q) * stride + row, 4 * stride, 2);
        }
      }
    }
  }

  private static boolean areSideBySide(int[] rowOffsets, int row, int d) {
    boolean all = true;
    for (int i = 1; i < 16; i++) {
      all &= rowOffsets[row + i] == rowOffsets[row] + i * d;
    }
    return all;
  }

  /// Two stages on four rows, `step` apart, to rows `toStep` apart.
  private static void radix4(
      float[] source, int from, int step, float[] panel, int to, int toStep, int stage) {
    IntVector low = IntVector.fromArray(INTS, LOW[stage], 0);
    IntVector high = IntVector.fromArray(INTS, HIGH[stage], 0);
    IntVector a = FloatVector.fromArray(FLOATS, source, from).reinterpretAsInts();
    IntVector b = FloatVector.fromArray(FLOATS, source, from + step).reinterpretAsInts();
    IntVector c = FloatVector.fromArray(FLOATS, source, from + 2 * step).reinterpretAsInts();
    IntVector d = FloatVector.fromArray(FLOATS, source, from + 3 * step).reinterpretAsInts();
    IntVector ab0 = low.selectFrom(a, b);
    IntVector ab1 = high.selectFrom(a, b);
    IntVector cd0 = low.selectFrom(c, d);
    IntVector cd1 = high.selectFrom(c, d);
    IntVector low2 = IntVector.fromArray(INTS, LOW[stage + 1], 0);
    IntVector high2 = IntVector.fromArray(INTS, HIGH[stage + 1], 0);
    low2.selectFrom(ab0, cd0).reinterpretAsFloats().intoArray(panel, to);
    low2.selectFrom(ab1, cd1).reinterpretAsFloats().intoArray(panel, to + toStep);
    high2.selectFrom(ab0, cd0).reinterpretAsFloats().intoArray(panel, to + 2 * toStep);
    high2.selectFrom(ab1, cd1).reinterpretAsFloats().intoArray(panel, to + 3 * toStep);
  }

  /// Whole fours of rows. 64 numbers of all rows go first, then the next 64: their part of the
  /// panel stays in the nearest cache, where a line is written by four passes.
  private static void quads(
      float[] source,
      int[] rowOffsets,
      int first,
      int rows,
      int d,
      float[] panel,
      int to,
      int stride) {
    for (int k = 0; k < d; k += PANEL) {
      int numbers = Math.min(PANEL, d - k);
      for (int i = first; i + Quads.SIDE <= first + rows; i += Quads.SIDE) {
        Quads.turn(
            source,
            rowOffsets[i] + k,
            rowOffsets[i + 1] + k,
            rowOffsets[i + 2] + k,
            rowOffsets[i + 3] + k,
            numbers,
            panel,
            to + k * stride + i - first,
            stride);
      }
    }
  }

  /// Any rows from `begin` and any numbers from `firstK`, four rows at a time.
  private static void plain(
      float[] source,
      int[] rowOffsets,
      int first,
      int begin,
      int rows,
      int firstK,
      int d,
      float[] panel,
      int to,
      int stride) {
    int i = begin;
    for (; i + 4 <= rows; i += 4) {
      int r0 = rowOffsets[first + i];
      int r1 = rowOffsets[first + i + 1];
      int r2 = rowOffsets[first + i + 2];
      int r3 = rowOffsets[first + i + 3];
      for (int k = firstK; k < d; k++) {
        int at = to + k * stride + i;
        panel[at] = source[r0 + k];
        panel[at + 1] = source[r1 + k];
        panel[at + 2] = source[r2 + k];
        panel[at + 3] = source[r3 + k];
      }
    }
    for (; i < rows; i++) {
      for (int k = firstK; k < d; k++) {
        panel[to + k * stride + i] = source[rowOffsets[first + i] + k];
      }
    }
  }
}
