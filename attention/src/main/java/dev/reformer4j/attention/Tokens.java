package dev.reformer4j.attention;

/// The tokens of one sequence: how many, and which are padding.
///
/// @param mask true for a token; empty if all are
/// @param from where this sequence begins in the mask
record Tokens(int n, boolean[] mask, int from) {
  /// The tokens of one sequence of an input.
  static Tokens of(AttentionInput input, int sequence) {
    return new Tokens(input.n(), input.mask().orElse(NONE), sequence * input.n());
  }

  /// Tokens without padding.
  static Tokens all(int n) {
    return new Tokens(n, NONE, 0);
  }

  private static final boolean[] NONE = {};

  /// Whether a position holds a token and not padding.
  boolean isReal(int token) {
    return mask.length == 0 || mask[from + token];
  }
}
