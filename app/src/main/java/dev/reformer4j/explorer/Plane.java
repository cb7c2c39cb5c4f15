package dev.reformer4j.explorer;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.tensor.Tensor;
import java.util.SplittableRandom;

/// The plane through the origin in which one token's vector lies and the others spread most: what
/// is drawn of `dQk` dimensions.
///
/// Within it everything is exact. A vector of the plane has the rotated values `p · post`, whatever
/// the other dimensions are, so dragging the token about tells truly when its bucket changes. Other
/// tokens are only seen from the front: they stick out of the plane.
///
/// @param along `[dQk]` its first axis, the chosen vector's direction
/// @param across `[dQk]` its second axis
/// @param points `[n, 2]` every token's vector, scaled to unit length, as it looks in the plane;
///   the chosen one is (1, 0)
/// @param length of the chosen token's vector
record Plane(double[] along, double[] across, float[] points, double length) {
  private static final int STEPS = 24;

  /// The plane of one token of one head.
  static Plane of(AttentionInput input, int token) {
    int n = input.n();
    int d = input.dQk();
    double[] units = units(input);
    double[] along = new double[d];
    System.arraycopy(units, token * d, along, 0, d);
    double length = length(input, token);
    if (length == 0) {
      along[0] = 1;
    }
    double[] across = across(units, n, d, along);
    float[] points = new float[2 * n];
    for (int i = 0; i < n; i++) {
      points[2 * i] = (float) dot(units, i * d, along);
      points[2 * i + 1] = (float) dot(units, i * d, across);
    }
    return new Plane(along, across, points, length);
  }

  /// The goal posts as they look in the plane; their negatives are the other half.
  ///
  /// @param rotations `[1, dQk, rounds, columns]`
  /// @return `[rounds, columns, 2]`
  float[] posts(Tensor rotations) {
    int places = rotations.dim(2) * rotations.dim(3);
    float[] posts = new float[2 * places];
    for (int e = 0; e < along.length; e++) {
      for (int place = 0; place < places; place++) {
        float number = rotations.data()[e * places + place];
        posts[2 * place] += (float) (along[e] * number);
        posts[2 * place + 1] += (float) (across[e] * number);
      }
    }
    return posts;
  }

  private static double length(AttentionInput input, int token) {
    int d = input.dQk();
    double square = 0;
    for (int e = 0; e < d; e++) {
      double x = input.query().data()[token * d + e];
      square += x * x;
    }
    return Math.sqrt(square);
  }

  /// Every vector with length 1; a zero vector stays zero.
  private static double[] units(AttentionInput input) {
    int d = input.dQk();
    double[] units = new double[input.n() * d];
    for (int i = 0; i < input.n(); i++) {
      double length = length(input, i);
      for (int e = 0; e < d; e++) {
        units[i * d + e] = length == 0 ? 0 : input.query().data()[i * d + e] / length;
      }
    }
    return units;
  }

  /// The direction at a right angle to `along` in which the vectors spread most, by power
  /// iteration.
  private static double[] across(double[] units, int n, int d, double[] along) {
    SplittableRandom lot = new SplittableRandom(1);
    double[] across = new double[d];
    for (int e = 0; e < d; e++) {
      across[e] = lot.nextGaussian();
    }
    straighten(across, along);
    for (int step = 0; step < STEPS; step++) {
      double[] next = new double[d];
      for (int i = 0; i < n; i++) {
        double weight = dot(units, i * d, across);
        for (int e = 0; e < d; e++) {
          next[e] += weight * units[i * d + e];
        }
      }
      if (!straighten(next, along)) {
        return across;
      }
      across = next;
    }
    return across;
  }

  /// Takes away what lies along the first axis, and makes the rest a unit vector.
  ///
  /// @return false if nothing is left
  private static boolean straighten(double[] vector, double[] along) {
    double share = dot(vector, 0, along);
    double square = 0;
    for (int e = 0; e < vector.length; e++) {
      vector[e] -= share * along[e];
      square += vector[e] * vector[e];
    }
    double length = Math.sqrt(square);
    for (int e = 0; e < vector.length; e++) {
      vector[e] = length < 1e-9 ? 0 : vector[e] / length;
    }
    return length >= 1e-9;
  }

  private static double dot(double[] rows, int at, double[] vector) {
    double sum = 0;
    for (int e = 0; e < vector.length; e++) {
      sum += rows[at + e] * vector[e];
    }
    return sum;
  }
}
