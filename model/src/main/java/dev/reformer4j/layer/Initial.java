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
    }
    return drawn;
  }
}
