package dev.reformer4j.cli.bench;

/// One cell of the table.
///
/// @param variant what ran
/// @param tokens length of the sequence
/// @param seconds the median
/// @param runs how many were timed; 0 if the time is predicted from a shorter length
record Measurement(Variant variant, int tokens, double seconds, int runs) {
  boolean isPredicted() {
    return runs == 0;
  }

  /// What this kind would take at another length.
  double secondsAt(int otherTokens) {
    return seconds * variant.kind().growth((double) otherTokens / tokens);
  }
}
