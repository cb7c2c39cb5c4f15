package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// `2^x` for x ≤ 0, to 2 units in the last place; below 2⁻¹²⁶ it is exactly 0, so that what has no
/// weight has none.
///
/// x = n + f with n the nearest integer, found by adding 1.5 · 2²³, which pushes the fraction out
/// of the mantissa; 2^f by the polynomial of degree 6 with the least relative error on [−½, ½] (1.9
/// · 10⁻⁹ before rounding); n goes straight into the exponent bits.
final class Exponential {
  private static final float ROUND = 0x1.8p23f;
  private static final float SMALLEST = -126;

  private Exponential() {}

  static FloatVector base2(FloatVector x) {
    VectorMask<Float> normal = x.compare(VectorOperators.GT, SMALLEST);
    FloatVector shifted = x.add(ROUND);
    FloatVector f = x.sub(shifted.sub(ROUND));
    FloatVector power = FloatVector.broadcast(FLOATS, 0.00015345812f);
    power = power.fma(f, FloatVector.broadcast(FLOATS, 0.0013399931f));
    power = power.fma(f, FloatVector.broadcast(FLOATS, 0.009618489f));
    power = power.fma(f, FloatVector.broadcast(FLOATS, 0.055503286f));
    power = power.fma(f, FloatVector.broadcast(FLOATS, 0.24022646f));
    power = power.fma(f, FloatVector.broadcast(FLOATS, 0.6931472f));
    power = power.fma(f, FloatVector.broadcast(FLOATS, 1));
    IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    FloatVector result = power.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    return FloatVector.zero(FLOATS).blend(result, normal);
  }
}
