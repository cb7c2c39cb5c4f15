package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;

/// The checks that several configurations share.
final class Checks {
  /// The most keys that one query may see in one round; beyond that exact attention is the better
  /// answer.
  private static final int WIDEST_WINDOW = 1 << 24;

  private Checks() {}

  static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ", but must be at least " + least);
    }
  }

  static void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + ", but must be from " + least + " to " + most);
    }
  }

  /// Checks the shape of rotations, `[heads, dQk, rounds, columns]`.
  static void rotations(Tensor rotations, int... wanted) {
    if (!Arrays.equals(rotations.shape(), wanted)) {
      throw new IllegalArgumentException(
          "rotations "
              + rotations
              + " do not fit; [heads, dQk, rounds, columns] must be "
              + Arrays.toString(wanted)
              + ", columns being half the sum of the bucket factors");
    }
  }

  static void window(int chunk, int before, int after) {
    atLeast("chunk", chunk, 1);
    atLeast("before", before, 0);
    atLeast("after", after, 0);
    if ((double) chunk * (1.0 + before + after) > WIDEST_WINDOW) {
      throw new IllegalArgumentException(
          "chunk "
              + chunk
              + " with "
              + before
              + " before and "
              + after
              + " after lets a query see more than "
              + WIDEST_WINDOW
              + " keys a round; use a smaller chunk or fewer neighbours, or exact attention");
    }
  }

  /// Checks that queries and keys, and so all their products, are finite; values are checked where
  /// they are read.
  static void finite(AttentionInput input, Workers workers) {
    int rows = input.batch() * input.heads();
    workers.run(
        rows,
        () ->
            row -> {
              finite("query", input.query(), row, input.n());
              if (!input.isShared()) {
                finite("key", input.key(), row, input.n());
              }
            });
  }

  private static void finite(String name, Tensor tensor, int row, int n) {
    int d = tensor.dim(-1);
    float[] data = tensor.data();
    Kernels kernels = Kernels.best();
    for (int token = 0; token < n; token++) {
      int at = (row * n + token) * d;
      if (!(kernels.dot(data, at, data, at, d) < Float.POSITIVE_INFINITY)) {
        throw notFinite(name, tensor, row, new int[] {token}, 1);
      }
    }
  }

  /// The sentence for a vector with a number that is not finite, which is among the given tokens of
  /// a row; if all are finite, for the square of the first.
  static NotFiniteException notFinite(
      String name, Tensor tensor, int row, int[] tokens, int count) {
    int d = tensor.dim(-1);
    int n = tensor.dim(-2);
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < d; k++) {
        float number = tensor.data()[(row * n + tokens[i]) * d + k];
        if (!Float.isFinite(number)) {
          return new NotFiniteException(
              name
                  + " vector of "
                  + place(tensor, row, tokens[i])
                  + " holds "
                  + number
                  + " at index "
                  + k
                  + "; every number must be finite");
        }
      }
    }
    return new NotFiniteException(
        name
            + " vector of "
            + place(tensor, row, tokens[0])
            + " is so long that its square overflows float32; scale the vectors down");
  }

  /// Where a vector stands in `[n, d]`, `[heads, n, d]` or `[batch, heads, n, d]`.
  static String place(Tensor tensor, int row, int token) {
    if (tensor.rank() < 3) {
      return "token " + token;
    }
    int heads = tensor.dim(-3);
    String place = "token " + token + " in head " + row % heads;
    return tensor.rank() == 4 && tensor.dim(0) > 1 ? place + " of sequence " + row / heads : place;
  }

  /// The sentence for the vector of one head of a single token, `[heads, d]`.
  static NotFiniteException notFinite(String name, float[] vectors, int head, int d) {
    for (int k = 0; k < d; k++) {
      float number = vectors[head * d + k];
      if (!Float.isFinite(number)) {
        return new NotFiniteException(
            name
                + " vector of head "
                + head
                + " holds "
                + number
                + " at index "
                + k
                + "; every number must be finite");
      }
    }
    return new NotFiniteException(
        name
            + " vector of head "
            + head
            + " is so long that its square overflows float32; scale the vectors down");
  }
}
