package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;

/// Rotations that the caller gives.
record GivenRotations(Tensor rotations) implements Rotations {
  GivenRotations {
    if (rotations.rank() != 4) {
      throw new IllegalArgumentException(
          "rotations "
              + rotations
              + " have "
              + rotations.rank()
              + " axes; they must be [heads, dQk, rounds, columns]");
    }
  }

  @Override
  public Tensor draw(int heads, int dQk, int rounds, int columns) {
    Checks.rotations(rotations, heads, dQk, rounds, columns);
    return rotations;
  }
}
