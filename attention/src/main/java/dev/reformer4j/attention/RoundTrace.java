package dev.reformer4j.attention;

import java.util.List;

/// What one round did with one token.
///
/// @param round which round
/// @param scores the rotated values, one entry a bucket factor; empty if the input is so short that
///   nothing is hashed
/// @param bucket the bucket: `a₁ + f₁·(a₂ + f₂·(…))` of the factors' argmaxes
/// @param place where the token stands in the bucket order
/// @param chunk the chunk of that place; −1 under [Chunking#SLIDING], which has none
/// @param meetings every key in the token's window, seen or masked, as it stands there
public record RoundTrace(
    int round,
    List<RotatedScores> scores,
    int bucket,
    int place,
    int chunk,
    List<Meeting> meetings) {
  /// Copies the lists.
  public RoundTrace {
    scores = List.copyOf(scores);
    meetings = List.copyOf(meetings);
  }
}
