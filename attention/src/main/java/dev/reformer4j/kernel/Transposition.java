package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Kernels.PANEL;
import static dev.reformer4j.kernel.Lanes.INTS;
import static dev.reformer4j.kernel.Lanes.W;
import static dev.reformer4j.kernel.Lanes.load;

import jdk.incubator.vector.IntVector;

/// Rows to panels. With 16 lanes a 16 × 16 square goes through two radix-4 passes of two-source
/// permutations, one instruction each on AVX-512; narrower vectors have no such permutation, and
/// there four rows at a time by plain stores were measured as fast as any shuffle.
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

  /// Whole squares of 16 rows × 16 numbers; needs `W == 16`. The 256 numbers behind the panel's
  /// last row hold the square between the passes.
  static void squares(float[] source, int[] rowOffsets, int rows, int d, float[] panel) {
    int spare = d * PANEL;
    for (int row = 0; row + 16 <= rows; row += 16) {
      for (int k = 0; k + 16 <= d; k += 16) {
        for (int q = 0; q < 4; q++) {
          int r = row + 4 * q;
          radix4(
              source,
              rowOffsets[r] + k,
              rowOffsets[r + 1] + k,
              rowOffsets[r + 2] + k,
              rowOffsets[r + 3] + k,
              panel,
              spare + 64 * q,
              16,
              0);
        }
        for (int q = 0; q < 4; q++) {
          radix4(
              panel,
              spare + 16 * q,
              spare + 16 * q + 64,
              spare + 16 * q + 128,
              spare + 16 * q + 192,
              panel,
              (k + q) * PANEL + row,
              4 * PANEL,
              2);
        }
      }
    }
  }

  private static void radix4(
      float[] from, int r0, int r1, int r2, int r3, float[] to, int at, int step, int stage) {
    IntVector low = IntVector.fromArray(INTS, LOW[stage], 0);
    IntVector high = IntVector.fromArray(INTS, HIGH[stage], 0);
    IntVector a = load(from, r0).reinterpretAsInts();
    IntVector b = load(from, r1).reinterpretAsInts();
    IntVector c = load(from, r2).reinterpretAsInts();
    IntVector d = load(from, r3).reinterpretAsInts();
    IntVector ab0 = low.selectFrom(a, b);
    IntVector ab1 = high.selectFrom(a, b);
    IntVector cd0 = low.selectFrom(c, d);
    IntVector cd1 = high.selectFrom(c, d);
    IntVector low2 = IntVector.fromArray(INTS, LOW[stage + 1], 0);
    IntVector high2 = IntVector.fromArray(INTS, HIGH[stage + 1], 0);
    low2.selectFrom(ab0, cd0).reinterpretAsFloats().intoArray(to, at);
    low2.selectFrom(ab1, cd1).reinterpretAsFloats().intoArray(to, at + step);
    high2.selectFrom(ab0, cd0).reinterpretAsFloats().intoArray(to, at + 2 * step);
    high2.selectFrom(ab1, cd1).reinterpretAsFloats().intoArray(to, at + 3 * step);
  }

  /// Any rows from `firstRow` and any numbers from `firstK`, four rows at a time.
  static void plain(
      float[] source, int[] rowOffsets, int firstRow, int rows, int firstK, int d, float[] panel) {
    int i = firstRow;
    for (; i + 4 <= rows; i += 4) {
      int r0 = rowOffsets[i];
      int r1 = rowOffsets[i + 1];
      int r2 = rowOffsets[i + 2];
      int r3 = rowOffsets[i + 3];
      for (int k = firstK; k < d; k++) {
        int at = k * PANEL + i;
        panel[at] = source[r0 + k];
        panel[at + 1] = source[r1 + k];
        panel[at + 2] = source[r2 + k];
        panel[at + 3] = source[r3 + k];
      }
    }
    for (; i < rows; i++) {
      for (int k = firstK; k < d; k++) {
        panel[k * PANEL + i] = source[rowOffsets[i] + k];
      }
    }
  }

  static boolean hasSquares() {
    return W == 16;
  }
}
