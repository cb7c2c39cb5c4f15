package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.KeyBlock;
import java.util.Optional;

/// Every query sees every key, or every key up to its own position: exact attention.
final class FullPattern implements Pattern {
  /// Queries share the work of loading keys, eight blocks at a time.
  private static final int BLOCKS = 8;

  private final Tokens tokens;
  private final boolean causal;
  private final boolean selfExcluded;

  FullPattern(Tokens tokens, boolean causal, boolean selfExcluded) {
    this.tokens = tokens;
    this.causal = causal;
    this.selfExcluded = selfExcluded;
  }

  @Override
  public int stages() {
    return 1;
  }

  @Override
  public int groups() {
    return (tokens.n() - 1) / (BLOCKS * Kernels.PANEL) + 1;
  }

  @Override
  public int blocksPerGroup() {
    return BLOCKS;
  }

  @Override
  public int firstKeyBlock(int group) {
    return 0;
  }

  @Override
  public int lastKeyBlock(int group) {
    int last = (tokens.n() - 1) / Kernels.PANEL;
    return causal ? Math.min(last, (group + 1) * BLOCKS - 1) : last;
  }

  @Override
  public void queries(int block, QueryTile tile) {
    int start = block * Kernels.PANEL;
    tile.count = Math.clamp(tokens.n() - start, 0, Kernels.PANEL);
    tile.ascending = true;
    for (int i = 0; i < tile.count; i++) {
      int token = start + i;
      tile.token[i] = token;
      tile.sight.low[i] = Integer.MIN_VALUE;
      tile.sight.high[i] = causal ? token : KeyBlock.UNSEEN - 1;
      tile.sight.self[i] = token;
      tile.sight.bucket[i] = 0;
      tile.openEnd[i] = !causal ? KeyBlock.UNSEEN : selfExcluded ? token : token + 1;
    }
  }

  @Override
  public void keys(int block, KeyTile tile) {
    int start = block * Kernels.PANEL;
    tile.count = Math.clamp(tokens.n() - start, 0, Kernels.PANEL);
    tile.ascending = true;
    for (int i = 0; i < tile.count; i++) {
      int token = start + i;
      boolean seen = tokens.isReal(token);
      tile.token[i] = token;
      tile.sight.place[i] = seen ? token : KeyBlock.UNSEEN;
      tile.sight.self[i] = selfExcluded ? token : KeyBlock.NOBODY;
      tile.sight.bucket[i] = 0;
      tile.ascending &= seen;
    }
  }

  @Override
  public boolean hasOpenRows(int group, int keyBlock) {
    return causal || !selfExcluded || keyBlock / BLOCKS != group;
  }

  @Override
  public Optional<Reach> reach() {
    return Optional.empty();
  }

  @Override
  public Optional<Meetings> meetings() {
    return Optional.empty();
  }
}
