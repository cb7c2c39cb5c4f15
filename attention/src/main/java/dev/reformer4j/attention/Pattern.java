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

  /// Counts how often a pair meets over all stages, if every pair is to count once; else empty.
  Optional<Meetings> meetings();

  /// A group of queries sees keys of the `before` groups before its own and the `after` groups
  /// after it, and no others.
  ///
  /// @param ring whether the groups of all stages form a ring
  record Reach(int before, int after, boolean ring) {}
}
