package dev.reformer4j.attention;

import java.util.Arrays;

/// One vector times a matrix, every sum a chain of fused multiply-adds in order of rows.
final class VectorProduct {
  private VectorProduct() {}

  static void multiplyVector(
      float[] matrix,
      int mOffset,
      int mStride,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int rows,
      int columns,
      boolean add) {
    if (!add) {
      Arrays.fill(y, yOffset, yOffset + columns, 0);
    }
    for (int p = 0; p < rows; p++) {
      for (int j = 0; j < columns; j++) {
        y[yOffset + j] =
            Math.fma(x[xOffset + p], matrix[mOffset + p * mStride + j], y[yOffset + j]);
      }
    }
  }
}
