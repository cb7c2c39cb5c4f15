package dev.reformer4j.checkpoint;

/// The upper half of a float32: 1 sign bit, 8 of exponent, 7 of fraction. (The other half-width
/// format, IEEE binary16, is in the JDK: [Float#float16ToFloat] and [Float#floatToFloat16].)
final class Bfloat16 {
  private Bfloat16() {}

  /// Exact.
  static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /// Rounds to the nearest, ties to even. Beyond the largest finite value it becomes infinite, as
  /// IEEE 754 rounds; a NaN stays one, quiet, with the upper bits of its payload.
  static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    int tieToEven = (bits >>> 16) & 1;
    return (short) ((bits + 0x7FFF + tieToEven) >>> 16);
  }
}
