package dev.reformer4j.words;

import java.util.stream.IntStream;

/// The eigenvectors of a small symmetric matrix by cyclic Jacobi rotations: slow, short and sure to
/// converge.
///
/// @param values `[k]`, descending
/// @param vectors `[k][k]`; `vectors[j]` belongs to `values[j]`
@SuppressWarnings("ArrayRecordComponent") // two results of one computation, never compared
record Eigen(double[] values, double[][] vectors) {
  private static final int MOST_SWEEPS = 60;

  /// Decomposes a symmetric matrix, which is overwritten.
  ///
  /// @param a `[k][k]`
  static Eigen of(double[][] a) {
    int k = a.length;
    double[][] v = new double[k][k];
    for (int i = 0; i < k; i++) {
      v[i][i] = 1;
    }
    for (int sweep = 0; sweep < MOST_SWEEPS && !isDiagonal(a); sweep++) {
      for (int p = 0; p < k; p++) {
        for (int q = p + 1; q < k; q++) {
          rotate(a, v, p, q);
        }
      }
    }
    int[] order =
        IntStream.range(0, k)
            .boxed()
            .sorted((i, j) -> Double.compare(a[j][j], a[i][i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] values = new double[k];
    double[][] vectors = new double[k][k];
    for (int j = 0; j < k; j++) {
      values[j] = a[order[j]][order[j]];
      for (int i = 0; i < k; i++) {
        vectors[j][i] = v[i][order[j]];
      }
    }
    return new Eigen(values, vectors);
  }

  private static boolean isDiagonal(double[][] a) {
    double off = 0;
    double on = 0;
    for (int i = 0; i < a.length; i++) {
      on += a[i][i] * a[i][i];
      for (int j = 0; j < i; j++) {
        off += a[i][j] * a[i][j];
      }
    }
    return off <= 1e-22 * on;
  }

  /// The rotation in the plane (p, q) that makes `a[p][q]` zero.
  private static void rotate(double[][] a, double[][] v, int p, int q) {
    if (a[p][q] == 0) {
      return;
    }
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(theta, 1));
    double c = 1 / Math.hypot(t, 1);
    double s = t * c;
    for (int i = 0; i < a.length; i++) {
      double ip = a[i][p];
      double iq = a[i][q];
      a[i][p] = c * ip - s * iq;
      a[i][q] = s * ip + c * iq;
    }
    for (int i = 0; i < a.length; i++) {
      double pi = a[p][i];
      double qi = a[q][i];
      a[p][i] = c * pi - s * qi;
      a[q][i] = s * pi + c * qi;
      double vp = v[i][p];
      double vq = v[i][q];
      v[i][p] = c * vp - s * vq;
      v[i][q] = s * vp + c * vq;
    }
  }
}
