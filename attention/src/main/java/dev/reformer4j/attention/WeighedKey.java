package dev.reformer4j.attention;

import java.util.List;

/// A key that a query saw, and what it weighs.
///
/// @param token the key's original position
/// @param rounds the rounds in which it was seen, ascending
/// @param meetings how often it was seen in all; more than the rounds only at the seams of the ring
///   of chunks
/// @param logit query · key, before any correction for repeated meetings
/// @param weight its share of the query's softmax, all rounds and meetings together
/// @param fullWeight its share under full attention
public record WeighedKey(
    int token, List<Integer> rounds, int meetings, double logit, double weight, double fullWeight) {
  /// Copies the list.
  public WeighedKey {
    rounds = List.copyOf(rounds);
  }
}
