package dev.reformer4j.generate;

/// Why a text ends where it ends.
public enum FinishReason {
  /// The model chose an id that ends a text.
  END_OF_TEXT,
  /// A stop string was complete; it is not part of the text.
  STOP_STRING,
  /// As many tokens as were asked for.
  MAX_NEW_TOKENS,
  /// Prompt and text fill all positions of the model.
  POSITIONS_EXHAUSTED,
  /// The listener said so, or the thread was interrupted.
  CANCELLED
}
