package dev.reformer4j.model;

/// Checks the ids that a caller gives.
final class Ids {
  private Ids() {}

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
