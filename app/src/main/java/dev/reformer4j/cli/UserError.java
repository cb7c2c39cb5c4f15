package dev.reformer4j.cli;

/// Something the user can put right, as one sentence: value, rule, way out. Ends the command with
/// exit code 2.
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// @param sentence without a full stop at the end and without the program's name
  public UserError(String sentence) {
    super(sentence);
  }

  /// @param sentence without a full stop at the end and without the program's name
  /// @param cause what `--debug` shows besides
  public UserError(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
