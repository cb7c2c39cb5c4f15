package dev.reformer4j.attention;

/// Everything that defines an exact attention.
///
/// @param causal whether a query sees only keys at or before its own position
public record ExactConfig(boolean causal) {
  private static final ExactConfig DEFAULTS = new ExactConfig(false);

  /// Bidirectional.
  public static ExactConfig defaults() {
    return DEFAULTS;
  }

  /// The same, causal or bidirectional.
  public ExactConfig withCausal(boolean causal) {
    return new ExactConfig(causal);
  }
}
