package dev.reformer4j.words;

import java.util.SplittableRandom;

/// The leading left singular directions of a sparse matrix by subspace iteration (Halko, Martinsson
/// and Tropp 2011): start from random columns, multiply by MᵀM a few times, and let the largest
/// directions win.
final class TruncatedSvd {
  private static final int ITERATIONS = 4;

  /// Columns carried along besides those wanted, so that the last wanted ones come out clean.
  private static final int SPARE = 8;

  private TruncatedSvd() {}

  /// Rows of `U · √Σ`, the usual embedding (the square root keeps the first few directions from
  /// drowning the rest).
  ///
  /// @param width numbers a row; if the matrix has a smaller rank, the rest are 0
  /// @return `[rows, width]`, row-major
  static float[] embed(SparseMatrix m, int width, long seed) {
    int k = Math.min(width + SPARE, Math.min(m.rows(), m.columns()));
    SplittableRandom random = new SplittableRandom(seed);
    float[] q = new float[m.columns() * k];
    for (int i = 0; i < q.length; i++) {
      q[i] = (float) random.nextGaussian();
    }
    orthonormalise(q, k);
    for (int i = 0; i < ITERATIONS; i++) {
      q = m.transposeTimes(m.times(q, k), k);
      orthonormalise(q, k);
    }
    return fold(m.times(q, k), m.rows(), k, width);
  }

  /// With Y = M·Q and YᵀY = W·Σ²·Wᵀ, the rows of Y·W·Σ^(−1/2) are those of U·√Σ.
  private static float[] fold(float[] y, int rows, int k, int width) {
    double[][] gram = new double[k][k];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < k; i++) {
        double left = y[r * k + i];
        for (int j = 0; j < k; j++) {
          gram[i][j] += left * y[r * k + j];
        }
      }
    }
    Eigen eigen = Eigen.of(gram);
    double least = 1e-10 * Math.max(eigen.values()[0], Double.MIN_NORMAL);
    float[] embedded = new float[rows * width];
    for (int j = 0; j < Math.min(k, width) && eigen.values()[j] > least; j++) {
      double scale = Math.pow(eigen.values()[j], -0.25);
      double[] w = eigen.vectors()[j];
      for (int r = 0; r < rows; r++) {
        double sum = 0;
        for (int i = 0; i < k; i++) {
          sum += w[i] * y[r * k + i];
        }
        embedded[r * width + j] = (float) (sum * scale);
      }
    }
    return embedded;
  }

  /// Modified Gram–Schmidt over the columns of `[rows, k]`; a column that depends on those before
  /// it becomes 0.
  static void orthonormalise(float[] q, int k) {
    int rows = k == 0 ? 0 : q.length / k;
    for (int j = 0; j < k; j++) {
      double before = norm(q, k, rows, j);
      for (int i = 0; i < j; i++) {
        double dot = 0;
        for (int r = 0; r < rows; r++) {
          dot += (double) q[r * k + i] * q[r * k + j];
        }
        for (int r = 0; r < rows; r++) {
          q[r * k + j] -= (float) (dot * q[r * k + i]);
        }
      }
      double left = norm(q, k, rows, j);
      double scale = left > 1e-5 * before ? 1 / left : 0;
      for (int r = 0; r < rows; r++) {
        q[r * k + j] *= (float) scale;
      }
    }
  }

  private static double norm(float[] q, int k, int rows, int j) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      sum += (double) q[r * k + j] * q[r * k + j];
    }
    return Math.sqrt(sum);
  }
}
