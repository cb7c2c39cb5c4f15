package dev.reformer4j.attention;

import dev.reformer4j.kernel.CounterRandom;

/// Dropout on attention weights (Srivastava et al. 2014), as trax and Hugging Face have it in
/// training: every weight of a query's softmax is 0 with a probability, and else grows by as much
/// as keeps the expectation. What a weight was divided by stays as it is.
///
/// A draw belongs to a sequence and head, a query, a key, and the rounds in which the two stand
/// there; so a backward pass, another number of threads or a second run see the same ones.
///
/// @param rate the probability of 0, from 0 to below 1
/// @param key of all draws: other keys, other draws
public record WeightDropout(double rate, long key) {
  /// 2³¹: what probabilities of 1 are in the draws.
  private static final double ONE = 0x1p31;

  /// Checks the rate.
  ///
  /// @throws IllegalArgumentException if it is not from 0 to below 1
  public WeightDropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "a dropout of " + rate + " is not from 0 to below 1; give a rate such as 0.1");
    }
  }

  /// What tokens add to the addresses of their pairs.
  ///
  /// @param row sequence and head
  /// @param stage the round in which they stand here
  /// @param asKeys in this role or as queries
  /// @param addresses filled
  void address(int row, int stage, boolean asKeys, int[] tokens, int count, int[] addresses) {
    long place = CounterRandom.split(CounterRandom.split(key, row), 2L * stage + (asKeys ? 1 : 0));
    for (int i = 0; i < count; i++) {
      addresses[i] = (int) CounterRandom.split(place, tokens[i]);
    }
  }

  /// Below which a draw of 31 bits is a 0.
  int threshold() {
    return (int) Math.min(Integer.MAX_VALUE, Math.round(rate * ONE));
  }

  /// What the others are multiplied by.
  float scale() {
    return (float) (1 / (1 - rate));
  }
}
