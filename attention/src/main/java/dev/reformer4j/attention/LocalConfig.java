package dev.reformer4j.attention;

/// Everything that defines a local attention. The defaults live in [#defaults()].
///
/// @param chunk consecutive tokens that attend to each other; at least 1
/// @param before chunks before its own that a query sees; at least 0
/// @param after chunks after its own that a query sees; at least 0
/// @param causal whether a query sees only keys at or before its own position
/// @param wrap whether the first chunk looks back to the last one and the other way round, as
///   Hugging Face's does; it makes no difference where a causal query looks back only, and over
///   fewer chunks than there are (else it meets its own chunk once more)
public record LocalConfig(int chunk, int before, int after, boolean causal, boolean wrap) {
  private static final LocalConfig DEFAULTS = new LocalConfig(64, 1, 0, false, false);

  /// Checks every value.
  ///
  /// @throws IllegalArgumentException if a number is out of its range, or the window holds more
  ///   than 2²⁴ keys
  public LocalConfig {
    Checks.window(chunk, before, after);
  }

  /// Chunk 64 with one before and none after, bidirectional, without wrap-around.
  public static LocalConfig defaults() {
    return DEFAULTS;
  }

  /// The same with another chunk length.
  public LocalConfig withChunk(int chunk) {
    return new LocalConfig(chunk, before, after, causal, wrap);
  }

  /// The same with other neighbours.
  public LocalConfig withNeighbours(int before, int after) {
    return new LocalConfig(chunk, before, after, causal, wrap);
  }

  /// The same, causal or bidirectional.
  public LocalConfig withCausal(boolean causal) {
    return new LocalConfig(chunk, before, after, causal, wrap);
  }

  /// The same, with or without wrap-around.
  public LocalConfig withWrap(boolean wrap) {
    return new LocalConfig(chunk, before, after, causal, wrap);
  }
}
