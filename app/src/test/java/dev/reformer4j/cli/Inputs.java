package dev.reformer4j.cli;

import dev.reformer4j.tensor.Tensor;
import java.util.SplittableRandom;

/// Tensors to test with.
public final class Inputs {
  private Inputs() {}

  /// Normal numbers.
  public static Tensor random(long seed, int... shape) {
    SplittableRandom random = new SplittableRandom(seed);
    Tensor tensor = Tensor.zeros(shape);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.data()[i] = (float) random.nextGaussian();
    }
    return tensor;
  }

  /// The same with one number replaced.
  public static Tensor with(Tensor tensor, int index, float number) {
    float[] data = tensor.data().clone();
    data[index] = number;
    return Tensor.of(data, tensor.shape());
  }
}
