package dev.reformer4j.explorer;

import dev.reformer4j.attention.Hashes;
import java.util.Arrays;

/// Buckets and bucket orders of one head in the rounds that are switched on, as if there were no
/// others: their rotations are drawn round by round, so each is hashed alike in any company.
///
/// @param n tokens
/// @param isHashed whether there was anything to hash; if not, there is one round
/// @param padding the bucket of padding, where there is some
/// @param ids `[rounds][n]` bucket of every token
/// @param order `[rounds][n]` the tokens in bucket order
record ActiveRounds(int n, boolean isHashed, int padding, int[][] ids, int[][] order) {
  /// Some rounds.
  ///
  /// @param active which, ascending
  static ActiveRounds of(Hashes hashes, int[] active) {
    int[] rounds = hashes.isHashed() ? active : new int[] {0};
    return new ActiveRounds(
        hashes.n(),
        hashes.isHashed(),
        hashes.buckets(),
        Arrays.stream(rounds).mapToObj(round -> hashes.ids(0, 0, round)).toArray(int[][]::new),
        Arrays.stream(rounds).mapToObj(round -> hashes.order(0, 0, round)).toArray(int[][]::new));
  }

  int rounds() {
    return ids.length;
  }

  /// The first few of them.
  ActiveRounds first(int rounds) {
    return new ActiveRounds(
        n, isHashed, padding, Arrays.copyOf(ids, rounds), Arrays.copyOf(order, rounds));
  }
}
