package dev.reformer4j.attention;

import java.util.List;

/// How much of one query's full softmax weight falls on keys that hashing let it see.
///
/// @param sequence which sequence of the batch
/// @param head which head
/// @param token the query's position
/// @param byRounds `[rounds]`; entry r is the mass that an attention of the first r + 1 rounds
///   captures, from 0 to 1
public record CapturedMass(int sequence, int head, int token, List<Double> byRounds) {
  /// Copies the list.
  public CapturedMass {
    byRounds = List.copyOf(byRounds);
  }
}
