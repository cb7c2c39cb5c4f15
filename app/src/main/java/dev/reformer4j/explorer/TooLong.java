package dev.reformer4j.explorer;

import dev.reformer4j.explain.Wording;

/// The rule for the length of a text, wherever its tokens come from.
final class TooLong {
  private TooLong() {}

  /// Lets a text pass, or not.
  ///
  /// @throws Problem if there are too many tokens
  static void check(int tokens, int most) {
    if (tokens > most) {
      throw Problem.tooLarge(
          "the text has %s, but the explorer draws %,d at most; give a part of it"
              .formatted(Wording.count(tokens, "token"), most));
    }
  }
}
