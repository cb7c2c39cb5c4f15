package dev.reformer4j.plan;

import java.util.OptionalDouble;

/// One way to attend, and what it would cost.
///
/// @param method the way
/// @param seconds predicted time of a forward pass
/// @param bytes predicted memory alive at once in a forward pass, inputs and results included
/// @param capturedMass share of the full softmax weight it was seen to capture on a sample; 1 for
///   exact attention, empty if nothing was measured
public record Option(Method method, double seconds, double bytes, OptionalDouble capturedMass) {
  /// Whether it computes every pair.
  public boolean isExact() {
    return method instanceof Method.Exact;
  }

  boolean captures(double mass) {
    return capturedMass.isPresent() && capturedMass.getAsDouble() >= mass;
  }
}
