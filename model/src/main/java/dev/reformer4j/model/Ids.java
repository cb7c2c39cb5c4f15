package dev.reformer4j.model;

/// Checks the ids that a caller gives.
final class Ids {
  private Ids() {}

  /// Checks that so many tokens, with so many numbers each, fit one array.
  ///
  /// @throws IllegalArgumentException if they do not
  static void checkRoom(int tokens, long width) {
    if (tokens * width > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          tokens
              + " tokens with "
              + width
              + " numbers each are more than the "
              + Integer.MAX_VALUE
              + " that one array holds; read at most "
              + Integer.MAX_VALUE / width
              + " tokens at a time");
    }
  }

  /// @param past tokens before them
  /// @throws IllegalArgumentException if there are none, one is outside the vocabulary, or there
  ///   are more than positions
  static void check(int[] ids, int vocabulary, int past, int positions) {
    if (ids.length == 0) {
      throw new IllegalArgumentException("a sequence of no ids; give at least one");
    }
    if (ids.length > positions - past) {
      throw new IllegalArgumentException(
          (past == 0 ? "" : past + " tokens and ")
              + ids.length
              + (past == 0 ? " ids" : " more")
              + " do not fit the "
              + positions
              + " positions of this model; shorten the text, or cut it into pieces of at most "
              + positions);
    }
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocabulary) {
        throw new IllegalArgumentException(
            "id "
                + ids[i]
                + " at index "
                + i
                + " is outside the vocabulary; ids of this model are 0 to "
                + (vocabulary - 1));
      }
    }
  }
}
