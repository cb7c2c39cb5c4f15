package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;

/// Checks that queries, keys, values and mask of one input fit each other.
final class AttentionShapes {
  /// The longest sequence: places a window or a block beyond its end still have a number.
  private static final int MOST_TOKENS = Integer.MAX_VALUE - (1 << 26);

  /// The widest vector: 64 of them, turned, fit an array.
  private static final int MOST_WIDTH = 1 << 24;

  private AttentionShapes() {}

  static void check(Tensor query, Tensor key, Tensor value) {
    if (query.rank() != 3 && query.rank() != 4) {
      throw new IllegalArgumentException(
          "queries "
              + query
              + " have "
              + query.rank()
              + " axes; they must be [heads, n, dQk] or [batch, heads, n, dQk]");
    }
    for (int axis : query.shape()) {
      if (axis == 0) {
        throw new IllegalArgumentException(
            "queries " + query + " are empty; every axis of [heads, n, dQk] must be at least 1");
      }
    }
    checkSize("tokens of a sequence", query.dim(-2), MOST_TOKENS);
    checkSize("numbers of a query/key vector", query.dim(-1), MOST_WIDTH);
    if (!Arrays.equals(query.shape(), key.shape())) {
      throw new IllegalArgumentException(
          "keys "
              + key
              + " do not have the shape of the queries "
              + query
              + "; both must be [heads, n, dQk]");
    }
    int[] expected = query.shape();
    if (value.rank() == query.rank()) {
      expected[expected.length - 1] = value.dim(-1);
    }
    if (!Arrays.equals(expected, value.shape()) || value.dim(-1) == 0) {
      throw new IllegalArgumentException(
          "values "
              + value
              + " do not fit the queries "
              + query
              + "; they must be [heads, n, dV] with the same heads and n, and dV at least 1");
    }
    checkSize("numbers of a value vector", value.dim(-1), MOST_WIDTH);
  }

  private static void checkSize(String what, int size, int most) {
    if (size > most) {
      throw new IllegalArgumentException(
          size + " " + what + " are more than " + most + ", the most there can be");
    }
  }

  static void checkMask(AttentionInput input, boolean[] mask) {
    if (mask.length != input.batch() * input.n()) {
      throw new IllegalArgumentException(
          "the mask has "
              + mask.length
              + " entries for "
              + input.batch()
              + " sequences of "
              + input.n()
              + " tokens; give one per token");
    }
    for (int sequence = 0; sequence < input.batch(); sequence++) {
      boolean any = false;
      for (int token = 0; token < input.n(); token++) {
        any |= mask[sequence * input.n() + token];
      }
      if (!any) {
        throw new IllegalArgumentException(
            "the mask of sequence "
                + sequence
                + " is all padding; at least one of its "
                + input.n()
                + " tokens must be real");
      }
    }
  }
}
