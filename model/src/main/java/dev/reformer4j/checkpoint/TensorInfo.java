package dev.reformer4j.checkpoint;

import java.util.Arrays;

/// What a header says of one tensor, checked: its name, how its numbers are stored, its shape, and
/// where it lies.
public final class TensorInfo {
  private final String name;
  private final DType dtype;
  private final long[] shape;
  private final long begin;
  private final long end;

  TensorInfo(String name, DType dtype, long[] shape, long begin, long end) {
    this.name = name;
    this.dtype = dtype;
    this.shape = shape;
    this.begin = begin;
    this.end = end;
  }

  /// Its name in the file; may be empty.
  public String name() {
    return name;
  }

  /// How its numbers are stored.
  public DType dtype() {
    return dtype;
  }

  /// Its axes, outermost first; none for a scalar. An axis of a tensor without numbers may be
  /// beyond an `int`.
  public long[] shape() {
    return shape.clone();
  }

  /// The same as a [dev.reformer4j.tensor.Tensor] counts them.
  ///
  /// @throws TensorFileException about `file` if an axis is beyond an `int`
  int[] intShape(MappedFile file) throws TensorFileException {
    int[] axes = new int[shape.length];
    for (int i = 0; i < axes.length; i++) {
      if (shape[i] > Integer.MAX_VALUE) {
        throw file.wrong(
            "tensor "
                + this
                + " has an axis beyond 2147483647, the most a tensor can have; split it");
      }
      axes[i] = (int) shape[i];
    }
    return axes;
  }

  /// How many axes it has.
  public int rank() {
    return shape.length;
  }

  /// How many numbers it holds.
  public long elements() {
    return elements(shape);
  }

  /// How many bytes of the file it takes.
  public long bytes() {
    return end - begin;
  }

  /// Its first byte, counted from the start of the data section.
  long begin() {
    return begin;
  }

  /// The byte after its last, counted from the start of the data section.
  long end() {
    return end;
  }

  /// How many numbers a shape holds, the axes multiplied from left to right.
  ///
  /// @throws ArithmeticException if that exceeds 2⁶³ − 1 on the way, even if a later axis is 0: the
  ///   official rule
  static long elements(long[] shape) {
    long elements = 1;
    for (long axis : shape) {
      elements = Math.multiplyExact(elements, axis);
    }
    return elements;
  }

  /// As `"qk" F32 [8, 4096, 64]`.
  @Override
  public String toString() {
    return TensorFileException.quote(name) + " " + dtype + " " + Arrays.toString(shape);
  }
}
