package dev.reformer4j.attention.reference;

/// One time that a query meets a key. The same key may be met several times: once a round, or more
/// at the wrap-around.
///
/// @param round the round in which they meet: the query's
/// @param keyRound the round whose order the key stands in; differs from `round` only at the
///   wrap-around
/// @param place the key's place in that order
/// @param position the key's original position
/// @param sight what the masks say
/// @param count the number of meetings that this one shares its weight with; 1 unless counted once
public record KeyInstance(
    int round, int keyRound, int place, int position, Sight sight, int count) {

  /// What the masks say about a query and a key.
  public enum Sight {
    /// The logit is `q·k̂`.
    VISIBLE,
    /// The key is the query itself, in shared attention: the logit is −1e5, whatever the masks say.
    SELF,
    /// The logit is −∞.
    MASKED
  }

  /// Whether it has any weight to claim.
  public boolean isSeen() {
    return sight != Sight.MASKED;
  }

  KeyInstance withCount(int newCount) {
    return new KeyInstance(round, keyRound, place, position, sight, newCount);
  }
}
