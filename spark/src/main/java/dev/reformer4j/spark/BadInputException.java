package dev.reformer4j.spark;

/// Data or a setting that cannot be used; the message is one sentence that says why, and what to
/// do.
public final class BadInputException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// @param sentence fit to be shown to a user as it is
  public BadInputException(String sentence) {
    super(sentence);
  }
}
