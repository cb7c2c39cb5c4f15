package dev.reformer4j.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Axial positions (paper, section 4; Ho et al. 2019): a position is written in mixed radix, like
/// hours, minutes and seconds, and its vector is the concatenation of one learned vector per digit.
/// So `n₁ · n₂ · …` positions need only `n₁ + n₂ + …` vectors.
///
/// The first axis is the most significant digit. A sequence may be shorter than the product of the
/// axes; it then uses the first positions.
public final class AxialPositions implements Positions {
  private final List<Parameter> tables;
  private final int[] shape;
  private final int[] stride;
  private final int[] width;

  private AxialPositions(List<Parameter> tables, int[] shape, int[] width) {
    this.tables = tables;
    this.shape = shape;
    this.width = width;
    this.stride = new int[shape.length];
    long product = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      stride[axis] = (int) product;
      // Axes may hold more positions than there are ints; the digits beyond are 0.
      product = Math.min(Integer.MAX_VALUE, product * shape[axis]);
    }
  }

  /// Tables under the names and in the shapes of Hugging Face: `weights.i`, `[1, …, nᵢ, …, 1, dᵢ]`.
  ///
  /// @param shape positions on every axis
  /// @param widths numbers that every axis contributes; their sum is dModel
  public static AxialPositions of(
      Parameters parameters, List<Integer> shape, List<Integer> widths, Initial initial) {
    List<Parameter> tables = new ArrayList<>();
    for (int axis = 0; axis < shape.size(); axis++) {
      int[] tableShape = new int[shape.size() + 1];
      Arrays.fill(tableShape, 1);
      tableShape[axis] = shape.get(axis);
      tableShape[shape.size()] = widths.get(axis);
      tables.add(parameters.declare("weights." + axis, initial, tableShape));
    }
    return new AxialPositions(
        tables,
        shape.stream().mapToInt(Integer::intValue).toArray(),
        widths.stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public void addTo(int position, float[] rows, int row) {
    int to = row;
    for (int axis = 0; axis < shape.length; axis++) {
      float[] numbers = tables.get(axis).value().data();
      int from = digit(position, axis) * width[axis];
      for (int k = 0; k < width[axis]; k++) {
        rows[to++] += numbers[from + k];
      }
    }
  }

  @Override
  public void backward(int position, float[] gradients, int row) {
    int from = row;
    for (int axis = 0; axis < shape.length; axis++) {
      float[] sums = tables.get(axis).gradient().data();
      int to = digit(position, axis) * width[axis];
      for (int k = 0; k < width[axis]; k++) {
        sums[to + k] += gradients[from++];
      }
    }
  }

  private int digit(int position, int axis) {
    return position / stride[axis] % shape[axis];
  }
}
