package dev.reformer4j.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Owns the species: what one vector is on this machine, up to 512 bits, so that a strip of two
/// vectors divides a panel.
///
/// There are no little helpers for loading and broadcasting here, on purpose: the methods of the
/// Vector API are always inlined, a helper around them only while C2's budget lasts, and beyond it
/// every vector that a helper returns is an object on the heap.
final class Lanes {
  static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() > 16
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512.withShape(FLOATS.vectorShape());

  /// Numbers in a vector.
  static final int W = FLOATS.length();

  /// A strip is two vectors, the width of the fastest tiles.
  static final int STRIP = 2 * W;

  /// Whether vectors are those of AVX2: 8 numbers in 16 registers, on a processor that keeps loads
  /// in order by itself, so that a fence between two of them binds the compiler alone (see
  /// [FencedTiles]).
  static final boolean AVX2 = W == 8 && System.getProperty("os.arch", "").matches("amd64|x86_64");

  /// Columns of a slab (see [Kernels#slab()]). With AVX2 it is one strip: its tile of 6 × 2 does 12
  /// products for 8 loads, so it lives on the nearest cache, and a strip of a panel of 64 columns
  /// is one line in four of its rows: it has but a quarter of that cache to itself, and 128 of its
  /// rows push each other out. The tiles of other vectors do more products for a load, and a slab
  /// is a whole panel there.
  static final int SLAB = AVX2 ? STRIP : Kernels.PANEL;

  private Lanes() {}

  static VectorShape shape() {
    return FLOATS.vectorShape();
  }
}
