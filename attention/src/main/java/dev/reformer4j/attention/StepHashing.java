package dev.reformer4j.attention;

import dev.reformer4j.kernel.PanelKernels;
import java.util.Arrays;

/// Hashes one token at a time, into the buckets that [Hashing] gives it: the same product in the
/// same order, and the lowest index among equals.
final class StepHashing {
  private final PanelKernels panels = PanelKernels.best();
  private final float[] rotations;
  private final int dQk;
  private final int rounds;
  private final int[] factors;
  private final int columns;
  private final float[] rotated;

  /// @param rotations `[heads, dQk, rounds, columns]`, shared and only read
  StepHashing(float[] rotations, int dQk, int rounds, int[] factors) {
    this.rotations = rotations;
    this.dQk = dQk;
    this.rounds = rounds;
    this.factors = factors;
    this.columns = Buckets.columns(factors);
    this.rotated = new float[rounds * columns];
  }

  /// A hashing with scratch of its own.
  StepHashing copy() {
    return new StepHashing(rotations, dQk, rounds, factors);
  }

  /// Buckets of one round.
  int buckets() {
    return Buckets.count(factors);
  }

  /// Tells these rotations and factors from others, for files.
  int fingerprint() {
    return 31 * Arrays.hashCode(rotations) + Arrays.hashCode(factors);
  }

  /// Bytes of its scratch; the rotations belong to the attention.
  long bytes() {
    return Float.BYTES * (long) rotated.length;
  }

  /// The bucket of a vector in every round.
  ///
  /// @param vectors `[dQk]` from `offset`
  /// @param ids `[rounds]` from `firstId`, filled
  void hash(float[] vectors, int offset, int head, int[] ids, int firstId) {
    int all = rounds * columns;
    panels.multiplyVector(
        rotations, head * dQk * all, all, vectors, offset, rotated, 0, dQk, all, false);
    for (int round = 0; round < rounds; round++) {
      ids[firstId + round] = bucket(round * columns);
    }
  }

  private int bucket(int firstColumn) {
    int column = firstColumn;
    int bucket = 0;
    int weight = 1;
    for (int factor : factors) {
      bucket += weight * argmax(column, factor / 2);
      column += factor / 2;
      weight *= factor;
    }
    return bucket;
  }

  /// `argmax([x ; −x])` over `half` rotated values.
  private int argmax(int from, int half) {
    int greatest = 0;
    int least = 0;
    for (int j = 1; j < half; j++) {
      greatest = rotated[from + j] > rotated[from + greatest] ? j : greatest;
      least = rotated[from + j] < rotated[from + least] ? j : least;
    }
    return -rotated[from + least] > rotated[from + greatest] ? half + least : greatest;
  }
}
