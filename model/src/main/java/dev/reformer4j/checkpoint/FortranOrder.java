package dev.reformer4j.checkpoint;

import java.util.Arrays;

/// Arrays that stand in Fortran order, first axis fastest, brought into C order, last axis fastest.
final class FortranOrder {
  /// What is done with every number.
  interface Move {
    /// Moves a number to its place in C order, from that in Fortran order.
    void move(int to, int from);
  }

  private FortranOrder() {}

  /// Visits every number of an array of this shape, in C order.
  static void toC(long[] shape, Move move) {
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
      move.move(to, from);
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
