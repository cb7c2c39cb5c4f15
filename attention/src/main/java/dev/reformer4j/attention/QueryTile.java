package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.QueryBlock;

/// Up to 64 queries of one head: which tokens, and what they may see.
final class QueryTile {
  /// How many there are; the columns beyond hold nothing that is ever read back.
  int count;

  /// Their positions.
  final int[] token = new int[Kernels.PANEL];

  /// What they may see.
  final QueryBlock sight = new QueryBlock();

  /// Places in `[low, openEnd)` are seen, and are not the query itself, if the key block has open
  /// rows.
  final int[] openEnd = new int[Kernels.PANEL];

  /// What they add to the addresses of their pairs' draws, if there is dropout.
  final int[] address = new int[Kernels.PANEL];

  /// Whether `low`, `high` and `openEnd` never decrease from one query to the next.
  boolean ascending;
}
