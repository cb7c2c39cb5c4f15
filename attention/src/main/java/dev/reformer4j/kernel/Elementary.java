package dev.reformer4j.kernel;

/// Exponential, sigmoid, tanh and the normal distribution in single precision, without tables and
/// with next to no branches.
///
/// Every step is an IEEE operation or a fused multiply-add, so that the bits are the same
/// interpreted and compiled, in a vector and alone, and on every machine; `Math.exp` and its like
/// promise that only to a unit in the last place. The coefficients minimise the greatest error
/// (Lawson's algorithm, in double precision).
final class Elementary {
  private static final float LOG2_E = 1.442695f;

  /// ln 2 in two parts, of which the first times any exponent is exact.
  private static final float LN2_HIGH = 0x1.63p-1f;

  private static final float LN2_LOW = -2.12194440e-4f;

  /// Added and taken away again, it rounds to the nearest integer.
  private static final float ROUND = 0x1.8p23f;

  private static final float ROOT_HALF = (float) Math.sqrt(0.5);
  private static final float DENSITY = (float) (1 / Math.sqrt(2 * Math.PI));

  private Elementary() {}

  /// `eˣ` to 1.5 units in the last place, with x cut to [−87, 88], so that the result is never 0,
  /// infinite or denormal. `x = n ln 2 + f`, and n goes into the exponent bits.
  static float exp(float x) {
    float cut = Math.min(88, Math.max(-87, x));
    float shifted = Math.fma(cut, LOG2_E, ROUND);
    float n = shifted - ROUND;
    float f = Math.fma(-n, LN2_LOW, Math.fma(-n, LN2_HIGH, cut));
    float power = 0.0013814613f;
    power = Math.fma(power, f, 0.00836871f);
    power = Math.fma(power, f, 0.04166839f);
    power = Math.fma(power, f, 0.16666521f);
    power = Math.fma(power, f, 0.49999994f);
    power = Math.fma(power * f, f, f) + 1;
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(power) + (Float.floatToRawIntBits(shifted) << 23));
  }

  /// `2ˣ` for x ≤ 0, with the bits of [Exponential#base2], which says how.
  static float exp2(float x) {
    if (!(x > -126)) {
      return 0;
    }
    float shifted = x + ROUND;
    float f = x - (shifted - ROUND);
    float power = 0.00015345812f;
    power = Math.fma(power, f, 0.0013399931f);
    power = Math.fma(power, f, 0.009618489f);
    power = Math.fma(power, f, 0.055503286f);
    power = Math.fma(power, f, 0.24022646f);
    power = Math.fma(power, f, 0.6931472f);
    power = Math.fma(power, f, 1);
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(power) + (Float.floatToRawIntBits(shifted) << 23));
  }

  /// `1 / (1 + e⁻ˣ)` to 3 units in the last place.
  static float sigmoid(float x) {
    return 1 / (1 + exp(-x));
  }

  /// `tanh x` to 2 units in the last place: a series where x is small, since 1 − 2 / (e²ˣ + 1)
  /// would lose what matters there.
  static float tanh(float x) {
    float square = x * x;
    float small = -0.0057170456f;
    small = Math.fma(small, square, 0.020650588f);
    small = Math.fma(small, square, -0.053743497f);
    small = Math.fma(small, square, 0.13331491f);
    small = Math.fma(small, square, -0.33333284f);
    small = Math.fma(small * square, x, x);
    float large = 1 - 2 / (exp(2 * x) + 1);
    return Math.abs(x) < 0.625f ? small : large;
  }

  /// The normal distribution function `Φ(x) = ½ erfc(−x / √2)`, absolutely to 1.5 · 10⁻⁷.
  ///
  /// erfc a = t · exp(−a² + Q(t)) with t = 1 / (1 + a/2) for a ≥ 0 (the form of Press et al.,
  /// Numerical Recipes, section 6.2); Q of degree 9, right to 6 · 10⁻⁸.
  static float normal(float x) {
    float a = Math.abs(x) * ROOT_HALF;
    float t = 1 / Math.fma(0.5f, a, 1);
    float q = 0.15724076f;
    q = Math.fma(q, t, -0.7478866f);
    q = Math.fma(q, t, 1.3145263f);
    q = Math.fma(q, t, -0.9061354f);
    q = Math.fma(q, t, 0.09306067f);
    q = Math.fma(q, t, -0.09057963f);
    q = Math.fma(q, t, 0.065702006f);
    q = Math.fma(q, t, 0.38017875f);
    q = Math.fma(q, t, 0.99937725f);
    q = Math.fma(q, t, -1.2654841f);
    float tail = 0.5f * t * exp(Math.fma(-a, a, q));
    return x < 0 ? tail : 1 - tail;
  }

  /// The density of the normal distribution, `e^(−x² / 2) / √(2π)`.
  static float normalDensity(float x) {
    return DENSITY * exp(-0.5f * x * x);
  }
}
