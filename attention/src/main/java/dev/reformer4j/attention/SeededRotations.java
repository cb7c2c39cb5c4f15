package dev.reformer4j.attention;

import dev.reformer4j.kernel.CounterRandom;
import dev.reformer4j.tensor.Tensor;

/// Rotations from a splittable counter-based generator ([CounterRandom]), with a key of its own for
/// every (head, round). No state: any number can be drawn alone.
record SeededRotations(long seed) implements Rotations {
  @Override
  public Tensor draw(int heads, int dQk, int rounds, int columns) {
    Tensor drawn = Tensor.zeros(heads, dQk, rounds, columns);
    float[] data = drawn.data();
    for (int head = 0; head < heads; head++) {
      for (int round = 0; round < rounds; round++) {
        long key = CounterRandom.split(CounterRandom.split(CounterRandom.key(seed), head), round);
        for (int k = 0; k < dQk; k++) {
          for (int column = 0; column < columns; column++) {
            data[((head * dQk + k) * rounds + round) * columns + column] =
                CounterRandom.gaussian(key, ((long) k << 32) | column);
          }
        }
      }
    }
    return drawn;
  }
}
