package dev.reformer4j.layer;

import dev.reformer4j.kernel.CounterRandom;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;

/// What a parameter is before training.
public sealed interface Initial {
  /// All numbers are the same.
  record Constant(float number) implements Initial {}

  /// Independent normal numbers around 0.
  record Normal(double deviation) implements Initial {}

  /// Rows of sines and cosines (Vaswani et al. 2017, section 3.5): pair p of row r is `(sin, cos)
  /// (r · ωₚ)`, with ω from 1 down to 1 / rows. A step from row to row is then one rotation for all
  /// rows, which a single matrix can learn; between rows that are drawn it is learnt row by row.
  ///
  /// @param deviation root mean square of the numbers
  record Waves(double deviation) implements Initial {
    private void fill(float[] numbers, int width) {
      int rows = numbers.length / width;
      int pairs = (width + 1) / 2;
      for (int i = 0; i < numbers.length; i++) {
        int row = i / width;
        int k = i % width;
        int pair = k / 2;
        double angle = row * Math.pow(rows, -pair / Math.max(1.0, pairs - 1));
        double wave = k % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
        numbers[i] = (float) (deviation * Math.sqrt(2) * wave);
      }
    }
  }

  /// Zeros.
  static Initial zeros() {
    return new Constant(0);
  }

  /// Ones.
  static Initial ones() {
    return new Constant(1);
  }

  /// Draws the numbers; they depend on seed and name alone, not on other parameters.
  default Tensor draw(long seed, String name, int... shape) {
    Tensor drawn = Tensor.zeros(shape);
    float[] numbers = drawn.data();
    switch (this) {
      case Constant constant -> Arrays.fill(numbers, constant.number());
      case Normal normal -> {
        long key = CounterRandom.split(CounterRandom.key(seed), name);
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = (float) (normal.deviation() * CounterRandom.gaussian(key, i));
        }
      }
      case Waves waves -> waves.fill(numbers, shape[shape.length - 1]);
    }
    return drawn;
  }
}
