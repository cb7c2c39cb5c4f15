package dev.reformer4j.checkpoint;

import java.util.Arrays;

/// Arrays that stand in Fortran order, first axis fastest, brought into C order, last axis fastest.
final class FortranOrder {
  private FortranOrder() {}

  /// Copies numbers into C order.
  ///
  /// @param shape of at least one number
  /// @param numbers in Fortran order
  /// @param turned an array of the same type and length
  static void toC(long[] shape, Object numbers, Object turned) {
    int[] size = Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
    int[] stride = new int[size.length];
    int elements = 1;
    for (int axis = 0; axis < size.length; axis++) {
      stride[axis] = elements;
      elements *= size[axis];
    }
    int[] index = new int[size.length];
    int from = 0;
    for (int to = 0; to < elements; to++) {
      System.arraycopy(numbers, from, turned, to, 1);
      for (int axis = size.length - 1; axis >= 0; axis--) {
        from += stride[axis];
        if (++index[axis] < size[axis]) {
          break;
        }
        from -= stride[axis] * size[axis];
        index[axis] = 0;
      }
    }
  }
}
