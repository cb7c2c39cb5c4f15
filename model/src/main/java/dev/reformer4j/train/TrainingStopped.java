package dev.reformer4j.train;

/// A training that cannot go on; the message says why, and what to do.
public final class TrainingStopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param sentence fit to be shown to a user as it is
  public TrainingStopped(String sentence) {
    super(sentence);
  }
}
