package dev.reformer4j.attention;

/// Keys of unit length, as trax and Hugging Face make them: `k = x / √(mean(x²) + 10⁻⁶) / √dQk`,
/// which is x/‖x‖ but for vectors next to zero.
final class UnitKeys {
  private static final double EPSILON = 1e-6;
  private static final double LOG2_E = 1 / Math.log(2);

  private UnitKeys() {}

  /// The factor that gives a key its length, times log₂ e: the kernels work in powers of two.
  static float scale(float sumOfSquares, int dQk) {
    return (float) (LOG2_E / Math.sqrt((sumOfSquares / (double) dQk + EPSILON) * dQk));
  }

  /// The scale of keys that are not made unit length but divided by √dQk.
  static float constantScale(int dQk) {
    return (float) (LOG2_E / Math.sqrt(dQk));
  }
}
