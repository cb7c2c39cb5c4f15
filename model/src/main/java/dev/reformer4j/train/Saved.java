package dev.reformer4j.train;

import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/// Tensors that were saved by name, and are taken up again.
final class Saved {
  private Saved() {}

  /// @throws IllegalArgumentException if there is none of that name, or it has another shape
  static Tensor take(Map<String, Tensor> saved, String name, int... shape) {
    Tensor tensor = saved.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "the optimiser's state lacks "
              + name
              + "; it was saved by another optimiser or for another model");
    }
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new IllegalArgumentException(
          "the optimiser's state has "
              + name
              + " of shape "
              + tensor
              + " where this model needs "
              + Arrays.toString(shape)
              + "; it was saved for another model");
    }
    return tensor;
  }
}
