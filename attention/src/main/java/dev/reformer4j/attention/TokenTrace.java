package dev.reformer4j.attention;

import java.util.List;

/// The whole story of one query, in original positions.
///
/// @param token the query's position
/// @param rounds what each round asked for did with it
/// @param keys the keys it saw in any round of the attention, heaviest first; the weights sum to 1,
///   unless the masks left nothing to see
/// @param lost the keys that full attention weighs and no round showed, heaviest first
/// @param capturedMass the share of its full softmax weight that falls on keys it saw; 1 if there
///   was nothing to see
/// @param logSumExp the natural log-sum-exp of everything it saw
public record TokenTrace(
    int token,
    List<RoundTrace> rounds,
    List<WeighedKey> keys,
    List<LostKey> lost,
    double capturedMass,
    double logSumExp) {
  /// Copies the lists.
  public TokenTrace {
    rounds = List.copyOf(rounds);
    keys = List.copyOf(keys);
    lost = List.copyOf(lost);
  }
}
