package dev.reformer4j.attention;

import java.util.Optional;

/// Which keys every query of one head sees: the only thing in which LSH, local and exact attention
/// differ.
///
/// The tokens of a stage stand in some order, which is cut into groups, and those into blocks of up
/// to 64. Groups are numbered through all stages; the blocks of group g are `g · blocksPerGroup()
/// …`, of which the last may be empty. The keys that a group of queries sees lie in one run of
/// blocks. Where the pattern is a ring, numbers of groups and blocks run on past both ends.
interface Pattern {
  /// The widest window, in blocks, that is attended in one batch: 4,096 tokens and a block.
  int MOST_BATCH = 65;

  /// Blocks of a batch where windows are wider: their keys should stay in the nearest caches.
  int SMALL_BATCH = 8;

  /// Stages, which add to the same output rows one after the other: the rounds, or 1.
  int stages();

  /// Groups in one stage; a group is the piece of work that is never divided.
  int groups();

  /// Blocks of one group.
  int blocksPerGroup();

  /// Fills a tile with one block of queries and what they may see.
  void queries(int block, QueryTile tile);

  /// Fills a tile with one block of keys.
  void keys(int block, KeyTile tile);

  /// The first key block that a group of queries sees.
  int firstKeyBlock(int group);

  /// The last key block that a group of queries sees; below the first if there is none.
  int lastKeyBlock(int group);

  /// Whether some keys of a block are seen by some queries of the group with no need to look at
  /// every pair.
  boolean hasOpenRows(int group, int keyBlock);

  /// Where the pattern is local in its order: how far it reaches; else empty.
  Optional<Reach> reach();

  /// Key blocks that are attended in one go; a window that has more is cut into batches, each of
  /// which is merged into the output rows.
  ///
  /// Where a window is one batch, a query's row is computed from the keys that it sees in their
  /// order, and from nothing else: no bit of it depends on where blocks begin, nor on the tokens
  /// after it, if it does not see them. Cuts between batches depend on both, and show in the last
  /// bits.
  default int batch() {
    return reach()
        .map(reach -> (1L + reach.before() + reach.after()) * blocksPerGroup())
        .filter(blocks -> blocks <= MOST_BATCH)
        .map(Long::intValue)
        .orElse(SMALL_BATCH);
  }

  /// Counts how often a pair meets over all stages, if every pair is to count once; else empty.
  Optional<Meetings> meetings();

  /// A group of queries sees keys of the `before` groups before its own and the `after` groups
  /// after it, and no others.
  ///
  /// @param ring whether the groups of all stages form a ring
  record Reach(int before, int after, boolean ring) {}
}
