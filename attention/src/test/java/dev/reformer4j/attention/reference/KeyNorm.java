package dev.reformer4j.attention.reference;

/// How a key becomes what a query is multiplied with.
enum KeyNorm {
  /// `k̂ = x / √(mean(x²) + 1e-6) / √d`: unit length, next to it for tiny vectors (LSH attention,
  /// shared exact attention).
  UNIT {
    @Override
    double[] of(double[] x) {
      double scale = 1 / Math.sqrt(meanSquare(x) + EPSILON) / Math.sqrt(x.length);
      return times(scale, x);
    }

    // With r = (mean(x²) + ε)^-½ and k̂ = r x / √d: ∂L/∂x = r/√d · (g − x · r² (x·g) / d).
    @Override
    double[] gradient(double[] x, double[] g) {
      double r = 1 / Math.sqrt(meanSquare(x) + EPSILON);
      double along = r * r * dot(x, g) / x.length;
      double[] gradient = new double[x.length];
      for (int c = 0; c < x.length; c++) {
        gradient[c] = r / Math.sqrt(x.length) * (g[c] - x[c] * along);
      }
      return gradient;
    }
  },

  /// `k̂ = x / √d` (local attention, exact attention with separate keys).
  SCALED {
    @Override
    double[] of(double[] x) {
      return times(1 / Math.sqrt(x.length), x);
    }

    @Override
    double[] gradient(double[] x, double[] g) {
      return times(1 / Math.sqrt(x.length), g);
    }
  };

  private static final double EPSILON = 1e-6;

  abstract double[] of(double[] x);

  /// The gradient of a loss with respect to `x`, from the one `g` with respect to `of(x)`.
  abstract double[] gradient(double[] x, double[] g);

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int c = 0; c < a.length; c++) {
      sum += a[c] * b[c];
    }
    return sum;
  }

  private static double meanSquare(double[] x) {
    return dot(x, x) / x.length;
  }

  private static double[] times(double factor, double[] x) {
    double[] product = new double[x.length];
    for (int c = 0; c < x.length; c++) {
      product[c] = factor * x[c];
    }
    return product;
  }
}
