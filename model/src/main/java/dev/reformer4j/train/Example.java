package dev.reformer4j.train;

import java.io.Serializable;

/// One sequence to learn from.
///
/// @param ids `[n]` what the model reads
/// @param targets `[n]` what it should say at every position, or [CrossEntropy#IGNORED]; of
///   classification the label alone
/// @param at position of the first id
public record Example(int[] ids, int[] targets, int at) implements Serializable {
  /// One that begins at position 0.
  public Example(int[] ids, int[] targets) {
    this(ids, targets, 0);
  }

  /// Positions that are learnt from.
  public int count() {
    int count = 0;
    for (int target : targets) {
      count += target == CrossEntropy.IGNORED ? 0 : 1;
    }
    return count;
  }
}
