package dev.reformer4j.train;

import dev.reformer4j.kernel.CounterRandom;
import java.util.Arrays;

/// Hides ids of a sequence, to be guessed from the others (Devlin et al. 2019, section 3.1): of 15%
/// that are drawn, 80% become the mask, 10% another id, and 10% stay as they are. At least one is
/// drawn.
///
/// @param mask the id that hides
/// @param from the first id that may stand in another's place
/// @param to behind the last
public record Masking(int mask, int from, int to) {
  private static final double DRAWN = 0.15;
  private static final double HIDDEN = 0.8;
  private static final double REPLACED = 0.9;

  /// Checks the ids.
  ///
  /// @throws IllegalArgumentException if there are none
  public Masking {
    Rule.require(mask >= 0, "mask", mask, "an id, at least 0");
    Rule.require(from >= 0 && from < to, "ids", from + " to " + to, "in order, from 0 on");
  }

  /// The draws that everybody has who evaluates.
  static long fixedKey(long number) {
    return CounterRandom.split(CounterRandom.split(CounterRandom.key(0), "fixed masks"), number);
  }

  /// A sequence with some ids hidden.
  ///
  /// @param ids `[n]`, which stay as they are
  /// @param at position of the first
  /// @param key of the draws
  Example apply(int[] ids, int at, long key) {
    int[] seen = ids.clone();
    int[] targets = new int[ids.length];
    Arrays.fill(targets, CrossEntropy.IGNORED);
    long drawn = CounterRandom.split(key, "drawn");
    int least = (int) (CounterRandom.uniform(drawn, -1) * ids.length);
    boolean any = false;
    for (int i = 0; i < ids.length; i++) {
      if (CounterRandom.uniform(drawn, i) < DRAWN) {
        any = true;
        hide(i, seen, targets, key);
      }
    }
    if (!any) {
      hide(least, seen, targets, key);
    }
    return new Example(seen, targets, at);
  }

  private void hide(int i, int[] seen, int[] targets, long key) {
    targets[i] = seen[i];
    double fate = CounterRandom.uniform(CounterRandom.split(key, "fate"), i);
    if (fate < HIDDEN) {
      seen[i] = mask;
    } else if (fate < REPLACED) {
      double other = CounterRandom.uniform(CounterRandom.split(key, "other"), i);
      seen[i] = from + (int) (other * (to - from));
    }
  }
}
