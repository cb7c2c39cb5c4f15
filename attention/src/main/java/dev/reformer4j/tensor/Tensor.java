package dev.reformer4j.tensor;

import java.util.Arrays;

/// A shape and the numbers in it: float32, row-major, the last axis contiguous. Nothing clever.
///
/// The storage is shared, never copied: whoever holds the array may change the tensor.
public final class Tensor {
  private final int[] shape;
  private final float[] data;

  private Tensor(float[] data, int[] shape) {
    this.data = data;
    this.shape = shape;
  }

  /// A tensor over `data`, which is not copied.
  ///
  /// @throws IllegalArgumentException if an axis is negative or the sizes disagree
  public static Tensor of(float[] data, int... shape) {
    int size = sizeOf(shape);
    if (size != data.length) {
      throw new IllegalArgumentException(
          "shape "
              + Arrays.toString(shape)
              + " needs "
              + size
              + " numbers, but "
              + data.length
              + " were given; give as many numbers as the axes multiply to");
    }
    return new Tensor(data, shape.clone());
  }

  /// A tensor of zeros.
  ///
  /// @throws IllegalArgumentException if an axis is negative or the axes multiply beyond 2³¹ − 1
  public static Tensor zeros(int... shape) {
    return new Tensor(new float[sizeOf(shape)], shape.clone());
  }

  /// How many numbers a shape holds.
  ///
  /// @throws IllegalArgumentException if an axis is negative or the axes multiply beyond 2³¹ − 1
  public static int sizeOf(int... shape) {
    long size = 1;
    for (int axis : shape) {
      if (axis < 0) {
        throw new IllegalArgumentException(
            "shape "
                + Arrays.toString(shape)
                + " has a negative axis; every axis must be 0 or more");
      }
      size = axis == 0 ? 0 : size * axis;
      if (size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "shape "
                + Arrays.toString(shape)
                + " holds more than 2147483647 numbers, the most one array can;"
                + " split the heads or the batch over several calls");
      }
    }
    return (int) size;
  }

  /// The number of axes.
  public int rank() {
    return shape.length;
  }

  /// The length of one axis; negative axes count from the end, so `dim(-1)` is the last.
  public int dim(int axis) {
    return shape[axis < 0 ? axis + shape.length : axis];
  }

  /// The axes, outermost first.
  public int[] shape() {
    return shape.clone();
  }

  /// How many numbers it holds.
  public int size() {
    return data.length;
  }

  /// The numbers themselves, row-major; not a copy.
  public float[] data() {
    return data;
  }

  /// The same numbers under another shape of the same size.
  ///
  /// @throws IllegalArgumentException if an axis is negative or the sizes disagree
  public Tensor reshape(int... newShape) {
    return of(data, newShape);
  }

  /// A tensor with numbers of its own, the same ones for now.
  public Tensor copy() {
    return of(data.clone(), shape);
  }

  /// The shape, as `[8, 4096, 64]`.
  @Override
  public String toString() {
    return Arrays.toString(shape);
  }
}
