package dev.reformer4j.cli.attend;

import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.plan.Workload;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What the headers of the input say, checked against each other: nothing of the data has been read
/// yet.
///
/// @param heads independent attentions
/// @param n tokens
/// @param dQk numbers in a query/key vector
/// @param dV numbers in a value vector
/// @param separate whether queries and keys are two tensors
/// @param rotations axes of `rotations`, if there is one
record InputShapes(
    int heads, int n, int dQk, int dV, boolean separate, Optional<List<Integer>> rotations) {

  /// One tensor as its header states it.
  record Stated(String name, long[] shape) {
    @Override
    public String toString() {
      return name + " " + Arrays.toString(shape);
    }
  }

  /// Checks queries, keys and values.
  ///
  /// @param queries `[heads, n, dQk]`
  /// @param keys the same, or empty if the queries are the keys
  /// @param values `[heads, n, dV]`
  static InputShapes of(Stated queries, Optional<Stated> keys, Stated values) {
    check(queries, "dQk");
    keys.ifPresent(k -> check(k, "dQk"));
    check(values, "dV");
    keys.ifPresent(k -> agree(queries, k, 3));
    agree(queries, values, 2);
    return new InputShapes(
        (int) queries.shape()[0],
        (int) queries.shape()[1],
        (int) queries.shape()[2],
        (int) values.shape()[2],
        keys.isPresent(),
        Optional.empty());
  }

  /// The same with rotations `[heads, dQk, rounds, columns]`.
  InputShapes withRotations(Stated stated) {
    long[] shape = stated.shape();
    if (shape.length != 4 || shape[0] != heads || shape[1] != dQk || shape[2] < 1 || shape[3] < 1) {
      throw new UserError(
          stated
              + (" must be [heads, dQk, rounds, columns] = [%d, %d, rounds, columns] with at least"
                      + " one round and column")
                  .formatted(heads, dQk));
    }
    Product.check(stated);
    return new InputShapes(
        heads,
        n,
        dQk,
        dV,
        separate,
        Optional.of(Arrays.stream(shape).mapToInt(a -> (int) a).boxed().toList()));
  }

  /// Checks the mask, `[n]`.
  void checkMask(Stated stated) {
    if (stated.shape().length != 1 || stated.shape()[0] != n) {
      throw new UserError(
          stated
              + " must be [n] = ["
              + n
              + "]: 1 for a token, 0 for padding, the same for all heads");
    }
  }

  /// The sizes as the planner takes them.
  Workload load(boolean causal) {
    return new Workload(n, heads, dQk, dV, causal);
  }

  /// As `8 heads x 65,536 tokens, dQk 64, dV 64`.
  @Override
  public String toString() {
    return "%d %s x %s %s, dQk %d, dV %d"
        .formatted(
            heads,
            heads == 1 ? "head" : "heads",
            Say.count(n),
            n == 1 ? "token" : "tokens",
            dQk,
            dV);
  }

  private static void check(Stated stated, String width) {
    long[] shape = stated.shape();
    if (shape.length != 3) {
      throw new UserError(
          stated
              + " has "
              + shape.length
              + (shape.length == 1 ? " axis" : " axes")
              + ", but must be [heads, n, "
              + width
              + "]"
              + (shape.length == 2
                  ? "; reshape it to [1, %d, %d] if it is one head".formatted(shape[0], shape[1])
                  : "")
              + (shape.length == 4 ? "; give each sequence of a batch by itself" : ""));
    }
    String[] axes = {"heads", "n", width};
    for (int i = 0; i < 3; i++) {
      if (shape[i] == 0) {
        throw new UserError(
            stated + " has no numbers: " + axes[i] + " is 0; each axis must be at least 1");
      }
    }
    Product.check(stated);
  }

  private static void agree(Stated one, Stated other, int axes) {
    for (int i = 0; i < axes; i++) {
      if (one.shape()[i] != other.shape()[i]) {
        throw new UserError(
            one
                + " and "
                + other
                + " disagree in "
                + List.of("heads", "n", "dQk").get(i)
                + "; it must be the same in both");
      }
    }
  }

  /// Sizes against the longest array.
  private static final class Product {
    private static void check(Stated stated) {
      double numbers = Arrays.stream(stated.shape()).asDoubleStream().reduce(1, (a, b) -> a * b);
      if (numbers > Integer.MAX_VALUE - 8) {
        throw new UserError(
            ("%s holds %s numbers, more than the 2147483639 one array can; give fewer heads at a"
                    + " time (they are independent)")
                .formatted(stated, new BigDecimal(numbers).toBigInteger()));
      }
    }
  }
}
