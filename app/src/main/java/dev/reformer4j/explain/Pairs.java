package dev.reformer4j.explain;

import dev.reformer4j.attention.LostKey;
import dev.reformer4j.attention.TokenTrace;
import dev.reformer4j.attention.Trace;
import dev.reformer4j.attention.WeighedKey;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.picture.PairPattern;

/// Which pairs of an attention were computed and which were lost, as levels for a picture. A short
/// sequence has a cell for every pair; a long one has blocks of positions, and for every row of
/// blocks one query that stands for it.
///
/// @param cells cells along one side
/// @param block positions along one side of a cell
/// @param seen `[cells][cells]`, from 0 to [PairPattern#LEVELS]
/// @param lost `[cells][cells]`, from 0 to [PairPattern#LEVELS]
@SuppressWarnings("ArrayRecordComponent") // made to be drawn, never compared
public record Pairs(int cells, int block, int[][] seen, int[][] lost) {
  private static final int MOST_SINGLE = 160;
  private static final int BLOCKS = 48;

  /// Looks at every query, or at one for each row of blocks.
  ///
  /// @param n tokens
  /// @param rounds rounds of hashing
  /// @param chosen the query that stands for its own row
  static Pairs of(Trace trace, int n, int rounds, int chosen, Workers workers) {
    boolean single = n <= MOST_SINGLE;
    int block = single ? 1 : (n + BLOCKS - 1) / BLOCKS;
    int cells = (n + block - 1) / block;
    int[][] seen = new int[cells][];
    int[][] lost = new int[cells][];
    workers.run(
        cells,
        () ->
            row -> {
              boolean own = chosen / block == row;
              int query = own ? chosen : Math.min(n - 1, row * block + block / 2);
              TokenTrace story = trace.token(query, new int[0]);
              seen[row] = single ? seenPairs(story, n, rounds) : seenBlocks(story, cells, block, n);
              lost[row] = lostBlocks(story, cells, block, n);
            });
    return new Pairs(cells, block, seen, lost);
  }

  /// Whether a cell is one pair.
  public boolean isSingle() {
    return block == 1;
  }

  /// In how many of the rounds a pair met.
  private static int[] seenPairs(TokenTrace story, int n, int rounds) {
    int[] levels = new int[n];
    for (WeighedKey key : story.keys()) {
      levels[key.token()] = Math.ceilDiv(PairPattern.LEVELS * key.rounds().size(), rounds);
    }
    return levels;
  }

  /// How much denser than on average the computed pairs lie in a block.
  private static int[] seenBlocks(TokenTrace story, int cells, int block, int n) {
    double[] count = new double[cells];
    story.keys().forEach(key -> count[key.token() / block]++);
    double usual = (double) story.keys().size() * block / n;
    int[] levels = new int[cells];
    for (int cell = 0; cell < cells; cell++) {
      levels[cell] = count[cell] == 0 ? 0 : level(count[cell] / usual / 2) + 1;
      levels[cell] = Math.min(PairPattern.LEVELS, levels[cell]);
    }
    return levels;
  }

  /// How much full weight was lost in a cell, against what an even spread over all keys would put
  /// there: 1, 2, 4 or 8 times as much.
  private static int[] lostBlocks(TokenTrace story, int cells, int block, int n) {
    double[] mass = new double[cells];
    for (LostKey key : story.lost()) {
      mass[key.token() / block] += key.fullWeight();
    }
    int[] levels = new int[cells];
    for (int cell = 0; cell < cells; cell++) {
      levels[cell] = level(mass[cell] * n / block / (block == 1 ? 1 : 2));
    }
    return levels;
  }

  /// 0 below 1, then one more for every doubling, up to the last level.
  private static int level(double times) {
    return times < 1 ? 0 : Math.min(PairPattern.LEVELS, 1 + (int) (Math.log(times) / Math.log(2)));
  }
}
