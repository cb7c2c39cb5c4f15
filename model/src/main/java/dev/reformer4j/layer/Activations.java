package dev.reformer4j.layer;

/// Where a backward pass has the activations from.
public enum Activations {
  /// Computed again, by taking the blocks off the stack one after the other (paper, section 3.2):
  /// memory does not grow with depth, and a step takes a third more arithmetic.
  REVERSED,
  /// Kept from the way up: faster, and memory grows with every layer.
  STORED
}
