package dev.reformer4j.attention.reference;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.tensor.Tensor;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Angular LSH by definition: with factors f₁, f₂, …, `id = a₁ + f₁·a₂ + f₁·f₂·a₃ + …`, where aᵢ is
/// the argmax over `[xR; −xR]` of that factor's columns and the lowest index wins ties.
public final class ReferenceHashing {
  private ReferenceHashing() {}

  /// The buckets of the queries; padding is in bucket f₁·f₂·…, behind all others.
  ///
  /// @param rotations `[heads, dQk, rounds, Σ fᵢ / 2]`, the columns of one factor behind those of
  ///   the other
  /// @return `[batch][heads][rounds][n]`
  public static int[][][][] queryIds(AttentionInput input, Tensor rotations, int... factors) {
    return ids(input.query(), input, rotations, factors);
  }

  /// The buckets of the keys, which in shared attention are those of the queries.
  ///
  /// @return `[batch][heads][rounds][n]`
  public static int[][][][] keyIds(AttentionInput input, Tensor rotations, int... factors) {
    return ids(input.key(), input, rotations, factors);
  }

  private static int[][][][] ids(
      Tensor vectors, AttentionInput input, Tensor rotations, int[] factors) {
    int rounds = rotations.dim(2);
    int[][][][] ids = new int[input.batch()][input.heads()][rounds][input.n()];
    for (int sequence = 0; sequence < input.batch(); sequence++) {
      for (int h = 0; h < input.heads(); h++) {
        double[][] x = Head.rows(vectors, sequence * input.heads() + h);
        boolean[] token = Head.of(input, sequence, h).token();
        for (int round = 0; round < rounds; round++) {
          for (int i = 0; i < x.length; i++) {
            double[] rotated = rotate(x[i], rotations, h, round);
            ids[sequence][h][round][i] = token[i] ? id(rotated, factors) : product(factors);
          }
        }
      }
    }
    return ids;
  }

  /// `xR` of one head and round, `[columns]`.
  public static double[] rotate(double[] x, Tensor rotations, int head, int round) {
    int rounds = rotations.dim(2);
    int columns = rotations.dim(3);
    double[] rotated = new double[columns];
    for (int column = 0; column < columns; column++) {
      for (int c = 0; c < x.length; c++) {
        int index = ((head * x.length + c) * rounds + round) * columns + column;
        rotated[column] += x[c] * rotations.data()[index];
      }
    }
    return rotated;
  }

  /// The bucket that rotated values name.
  public static int id(double[] rotated, int... factors) {
    int id = 0;
    int stride = 1;
    int first = 0;
    for (int factor : factors) {
      id += stride * argmax(goalPosts(rotated, first, factor));
      stride *= factor;
      first += factor / 2;
    }
    return id;
  }

  /// Per round the positions sorted by bucket; within a bucket they keep their order.
  ///
  /// @param ids `[rounds][n]`
  /// @return `[rounds][n]`
  public static int[][] order(int[][] ids) {
    int[][] order = new int[ids.length][];
    for (int round = 0; round < ids.length; round++) {
      int[] bucket = ids[round];
      order[round] =
          IntStream.range(0, bucket.length)
              .boxed()
              .sorted(Comparator.comparingInt(position -> bucket[position]))
              .mapToInt(Integer::intValue)
              .toArray();
    }
    return order;
  }

  /// How far the best rotated value of the closest factor is ahead of the second: below the
  /// rounding of the fast code, either bucket is right.
  public static double lead(double[] rotated, int... factors) {
    double lead = Double.POSITIVE_INFINITY;
    int first = 0;
    for (int factor : factors) {
      double[] posts = goalPosts(rotated, first, factor);
      int best = argmax(posts);
      for (int j = 0; j < posts.length; j++) {
        lead = j == best ? lead : Math.min(lead, posts[best] - posts[j]);
      }
      first += factor / 2;
    }
    return lead;
  }

  /// `[xR; −xR]` of one factor.
  private static double[] goalPosts(double[] rotated, int first, int factor) {
    double[] posts = new double[factor];
    for (int j = 0; j < factor / 2; j++) {
      posts[j] = rotated[first + j];
      posts[j + factor / 2] = -rotated[first + j];
    }
    return posts;
  }

  private static int argmax(double[] values) {
    int best = 0;
    for (int j = 1; j < values.length; j++) {
      if (values[j] > values[best]) {
        best = j;
      }
    }
    return best;
  }

  private static int product(int[] factors) {
    int product = 1;
    for (int factor : factors) {
      product *= factor;
    }
    return product;
  }
}
