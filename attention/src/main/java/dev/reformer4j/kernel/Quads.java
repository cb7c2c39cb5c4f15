package dev.reformer4j.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Turns four rows into four columns with vectors of four, whose permutations stay within 128 bits
/// and cost one cycle on any x86; stores are a quarter of those of a plain loop. Across 128 bits
/// AVX2 has no two-source permutation, and what imitates one is no gain.
final class Quads {
  /// Rows that one pass turns round, and the least of columns.
  static final int SIDE = 4;

  private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;
  private static final VectorShuffle<Float> PAIRS = VectorShuffle.fromValues(FOUR, 1, 0, 3, 2);
  private static final VectorShuffle<Float> HALVES = VectorShuffle.fromValues(FOUR, 2, 3, 0, 1);
  private static final VectorMask<Float> ODD =
      VectorMask.fromValues(FOUR, false, true, false, true);
  private static final VectorMask<Float> UPPER =
      VectorMask.fromValues(FOUR, false, false, true, true);

  private Quads() {}

  /// `to[toOffset + i · toStride + r] = from[fromOffset + r · fromStride + i]` for four r and all i
  /// below `columns`.
  static void turn(
      float[] from,
      int fromOffset,
      int fromStride,
      int columns,
      float[] to,
      int toOffset,
      int toStride) {
    turn(
        from,
        fromOffset,
        fromOffset + fromStride,
        fromOffset + 2 * fromStride,
        fromOffset + 3 * fromStride,
        columns,
        to,
        toOffset,
        toStride);
  }

  /// The same, from rows anywhere.
  static void turn(
      float[] from,
      int row0,
      int row1,
      int row2,
      int row3,
      int columns,
      float[] to,
      int toOffset,
      int toStride) {
    int i = 0;
    for (; i + SIDE <= columns; i += SIDE) {
      FloatVector a = FloatVector.fromArray(FOUR, from, row0 + i);
      FloatVector b = FloatVector.fromArray(FOUR, from, row1 + i);
      FloatVector c = FloatVector.fromArray(FOUR, from, row2 + i);
      FloatVector d = FloatVector.fromArray(FOUR, from, row3 + i);
      FloatVector ab0 = a.blend(b.rearrange(PAIRS), ODD);
      FloatVector ab1 = a.rearrange(PAIRS).blend(b, ODD);
      FloatVector cd0 = c.blend(d.rearrange(PAIRS), ODD);
      FloatVector cd1 = c.rearrange(PAIRS).blend(d, ODD);
      int at = toOffset + i * toStride;
      ab0.blend(cd0.rearrange(HALVES), UPPER).intoArray(to, at);
      ab1.blend(cd1.rearrange(HALVES), UPPER).intoArray(to, at + toStride);
      ab0.rearrange(HALVES).blend(cd0, UPPER).intoArray(to, at + 2 * toStride);
      ab1.rearrange(HALVES).blend(cd1, UPPER).intoArray(to, at + 3 * toStride);
    }
    for (; i < columns; i++) {
      int at = toOffset + i * toStride;
      to[at] = from[row0 + i];
      to[at + 1] = from[row1 + i];
      to[at + 2] = from[row2 + i];
      to[at + 3] = from[row3 + i];
    }
  }
}
