package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.KeyBlock;

/// Up to 64 keys of one head: which tokens, and who may see them.
final class KeyTile {
  /// The number of a block where none is loaded.
  static final int NO_BLOCK = Integer.MIN_VALUE;

  /// How many there are.
  int count;

  /// Their positions.
  final int[] token = new int[Kernels.PANEL];

  /// Who may see them; the scale is filled in by the pass.
  final KeyBlock sight = new KeyBlock();

  /// What they add to the addresses of their pairs' draws, if there is dropout.
  final int[] address = new int[Kernels.PANEL];

  /// Whether places never decrease from one key to the next, so that what a query sees is one run
  /// of rows.
  boolean ascending;
}
