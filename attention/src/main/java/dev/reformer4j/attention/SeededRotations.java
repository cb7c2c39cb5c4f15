package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;

/// Rotations from a splittable counter-based generator: SplitMix64's finalizer (Steele, Lea, Flood
/// 2014) over a counter, with a key of its own for every (head, round), and the Box–Muller
/// transform. No state: any number can be drawn alone.
record SeededRotations(long seed) implements Rotations {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  @Override
  public Tensor draw(int heads, int dQk, int rounds, int columns) {
    Tensor drawn = Tensor.zeros(heads, dQk, rounds, columns);
    float[] data = drawn.data();
    for (int head = 0; head < heads; head++) {
      for (int round = 0; round < rounds; round++) {
        long key = mix(mix(mix(seed) + head) + round);
        for (int k = 0; k < dQk; k++) {
          for (int column = 0; column < columns; column++) {
            data[((head * dQk + k) * rounds + round) * columns + column] =
                gaussian(key, ((long) k << 32) | column);
          }
        }
      }
    }
    return drawn;
  }

  private static float gaussian(long key, long counter) {
    double u = (mix(key + 2 * counter * GOLDEN) >>> 11) * 0x1p-53;
    double v = (mix(key + (2 * counter + 1) * GOLDEN) >>> 11) * 0x1p-53;
    return (float) (Math.sqrt(-2 * Math.log1p(-u)) * Math.cos(2 * Math.PI * v));
  }

  private static long mix(long z) {
    z += GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
