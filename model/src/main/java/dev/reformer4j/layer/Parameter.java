package dev.reformer4j.layer;

import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;

/// A tensor that training changes, under the name that it has in a checkpoint.
///
/// A parameter is declared when its layer is built, with a shape and what it would be in an
/// untrained model, and gets its numbers later: so a model that does not fit a checkpoint is found
/// out before anything is allocated.
///
/// Layers may keep what they derive from the numbers (packed weights, for instance); whoever
/// changes the numbers says so by [#changed()].
public final class Parameter {
  private final String name;
  private final int[] shape;
  private final Initial initial;
  private Tensor value = Tensor.zeros(0);
  private Tensor gradient = Tensor.zeros(0);
  private volatile boolean filled;
  private volatile long version;

  Parameter(String name, Initial initial, int... shape) {
    this.name = name;
    this.initial = initial;
    this.shape = shape.clone();
  }

  /// Its name in a checkpoint, such as `reformer.encoder.layer_norm.weight`.
  public String name() {
    return name;
  }

  /// Its axes.
  public int[] shape() {
    return shape.clone();
  }

  /// The length of one axis.
  public int dim(int axis) {
    return shape[axis];
  }

  /// How many numbers it has.
  ///
  /// @throws IllegalArgumentException if that is more than an array can hold
  public int size() {
    return Tensor.sizeOf(shape);
  }

  /// What it is before training.
  public Initial initial() {
    return initial;
  }

  /// Gives it its numbers.
  ///
  /// @throws IllegalArgumentException if the shape is another
  public void fill(Tensor numbers) {
    if (!Arrays.equals(numbers.shape(), shape)) {
      throw new IllegalArgumentException(
          "parameter " + this + " cannot be filled with numbers of shape " + numbers);
    }
    value = numbers;
    filled = true;
    changed();
  }

  /// The numbers themselves, not a copy.
  ///
  /// @throws IllegalStateException if it has none yet
  public Tensor value() {
    if (!filled) {
      throw new IllegalStateException("parameter " + name + " has no numbers yet");
    }
    return value;
  }

  /// The gradient so far, of the shape of the value; zeros if no backward pass has run.
  public Tensor gradient() {
    synchronized (this) {
      if (gradient.size() != size()) {
        gradient = Tensor.zeros(shape);
      }
      return gradient;
    }
  }

  /// Makes the gradient zero.
  public void clearGradient() {
    Arrays.fill(gradient().data(), 0);
  }

  /// How often the numbers have changed.
  public long version() {
    return version;
  }

  /// Says that the numbers are others now. Not to be called while a pass runs.
  public void changed() {
    synchronized (this) {
      version++;
    }
  }

  /// Name and shape.
  @Override
  public String toString() {
    return name + " " + Arrays.toString(shape);
  }
}
