package dev.reformer4j.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Owns the species: what one vector is on this machine, up to 512 bits, so that a strip of two
/// vectors divides a panel.
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

  private Lanes() {}

  static VectorShape shape() {
    return FLOATS.vectorShape();
  }

  static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(FLOATS, from, at);
  }

  static FloatVector all(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  static IntVector loadInts(int[] from, int at) {
    return IntVector.fromArray(INTS, from, at);
  }
}
