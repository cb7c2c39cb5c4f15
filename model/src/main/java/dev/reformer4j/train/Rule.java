package dev.reformer4j.train;

/// A rule for a number that a caller gives.
final class Rule {
  private Rule() {}

  /// @param what the number is
  /// @param rule what it must be, as it goes on after "must be"
  /// @throws IllegalArgumentException if the rule does not hold
  static void require(boolean holds, String what, Object value, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(what + " is " + value + ", but must be " + rule);
    }
  }
}
