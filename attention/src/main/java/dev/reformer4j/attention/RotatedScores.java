package dev.reformer4j.attention;

import java.util.Arrays;
import java.util.List;

/// What one factor of one round says about one token: the rotated values xR, and which of [xR; −xR]
/// is the largest.
///
/// @param values xR, one number a column, `[factor / 2]`
/// @param argmax the index of the largest number in [xR; −xR], lowest index first; −1 for padding,
///   which is not hashed
public record RotatedScores(List<Double> values, int argmax) {
  /// Copies the list.
  public RotatedScores {
    values = List.copyOf(values);
  }

  /// How many buckets this factor tells apart: twice the number of columns.
  public int factor() {
    return 2 * values.size();
  }

  /// One entry of [xR; −xR].
  ///
  /// @param index in `[0, factor)`; the upper half are the negatives of the lower
  public double mirrored(int index) {
    int columns = values.size();
    return index < columns ? values.get(index) : -values.get(index - columns);
  }

  /// The argmax over [xR; −xR] of given rotated values.
  public static RotatedScores of(double... values) {
    int columns = values.length;
    if (columns == 0) {
      throw new IllegalArgumentException(
          "no rotated value given; a factor of 2 buckets has one, a factor of 4 has two");
    }
    int best = 0;
    for (int index = 1; index < 2 * columns; index++) {
      if (mirrored(values, index) > mirrored(values, best)) {
        best = index;
      }
    }
    return new RotatedScores(Arrays.stream(values).boxed().toList(), best);
  }

  private static double mirrored(double[] values, int index) {
    return index < values.length ? values[index] : -values[index - values.length];
  }
}
