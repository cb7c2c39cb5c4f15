package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;

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
    int[] wanted = {heads, dQk, rounds, columns};
    if (!Arrays.equals(rotations.shape(), wanted)) {
      throw new IllegalArgumentException(
          "rotations "
              + rotations
              + " do not fit; [heads, dQk, rounds, columns] must be "
              + Arrays.toString(wanted)
              + ", columns being half the sum of the bucket factors");
    }
    return rotations;
  }
}
