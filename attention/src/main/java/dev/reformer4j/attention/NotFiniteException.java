package dev.reformer4j.attention;

/// A number that is not finite, or becomes so. Apart from other bad arguments, because a training
/// meets it without anybody's fault, leaves the step out and goes on.
public final class NotFiniteException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// @param sentence which number, where, and the rule
  public NotFiniteException(String sentence) {
    super(sentence);
  }
}
