package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.KeyBlock;
import java.util.Arrays;
import java.util.Optional;

/// Chunks of a stretch of some bucket order (see [SortedTokens]) that attend to themselves and to
/// their neighbours in it. Beyond its ends there is nothing.
///
/// As in [ChunkPattern] tokens of a chunk are taken by position. There a token is its position;
/// here it is a row of the stretch, and the same position may stand in several.
final class StretchPattern implements Pattern {
  private final SortedTokens tokens;
  private final int[] row;
  private final int chunks;
  private final int blocksPerChunk;
  private final Reach reach;
  private final boolean causal;
  private final boolean maskOtherBuckets;

  StretchPattern(LshConfig config, SortedTokens tokens) {
    this.tokens = tokens;
    this.chunks = tokens.chunkStart().length;
    int longest = 0;
    for (int chunk = 0; chunk < chunks; chunk++) {
      longest = Math.max(longest, end(chunk) - tokens.chunkStart()[chunk]);
    }
    this.blocksPerChunk = (longest - 1) / Kernels.PANEL + 1;
    this.reach = new Reach(config.before(), config.after(), false);
    this.causal = config.causal();
    this.maskOtherBuckets = config.maskOtherBuckets();
    this.row = arranged();
  }

  /// The rows of every chunk by position.
  private int[] arranged() {
    int[] arranged = new int[tokens.n()];
    long[] keys = new long[tokens.n()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (long) tokens.position()[i] << Integer.SIZE | i;
    }
    for (int chunk = 0; chunk < chunks; chunk++) {
      Arrays.sort(keys, tokens.chunkStart()[chunk], end(chunk));
    }
    for (int i = 0; i < keys.length; i++) {
      arranged[i] = (int) keys[i];
    }
    return arranged;
  }

  private int end(int chunk) {
    return chunk + 1 < chunks ? tokens.chunkStart()[chunk + 1] : tokens.n();
  }

  @Override
  public int stages() {
    return 1;
  }

  @Override
  public int groups() {
    return chunks;
  }

  @Override
  public int blocksPerGroup() {
    return blocksPerChunk;
  }

  @Override
  public int firstKeyBlock(int group) {
    return blocksPerChunk * Math.max(0, group - reach.before());
  }

  @Override
  public int lastKeyBlock(int group) {
    return blocksPerChunk * (Math.min(chunks - 1, group + reach.after()) + 1) - 1;
  }

  @Override
  public void queries(int block, QueryTile tile) {
    int start = start(block);
    tile.count = count(block, start);
    tile.ascending = true;
    for (int i = 0; i < tile.count; i++) {
      int token = row[start + i];
      int position = tokens.position()[token];
      tile.token[i] = token;
      tile.sight.low[i] = Integer.MIN_VALUE;
      tile.sight.high[i] = causal ? position : KeyBlock.UNSEEN - 1;
      tile.sight.self[i] = position;
      tile.sight.bucket[i] = maskOtherBuckets ? tokens.bucket()[token] : 0;
      tile.openEnd[i] = causal ? position : KeyBlock.UNSEEN;
    }
  }

  @Override
  public void keys(int block, KeyTile tile) {
    int start = start(block);
    tile.count = count(block, start);
    tile.ascending = true;
    for (int i = 0; i < tile.count; i++) {
      int token = row[start + i];
      int position = tokens.position()[token];
      tile.token[i] = token;
      tile.sight.place[i] = position;
      tile.sight.self[i] = position;
      tile.sight.bucket[i] = maskOtherBuckets ? tokens.bucket()[token] : 0;
    }
  }

  /// Looking both ways, a query may meet itself in any chunk, since the stretch may hold a token
  /// several times; looking back, what comes before it is not itself.
  @Override
  public boolean hasOpenRows(int group, int keyBlock) {
    return causal && !maskOtherBuckets;
  }

  @Override
  public Optional<Reach> reach() {
    return Optional.of(reach);
  }

  @Override
  public Optional<Meetings> meetings() {
    return Optional.empty();
  }

  private int start(int block) {
    return tokens.chunkStart()[block / blocksPerChunk] + block % blocksPerChunk * Kernels.PANEL;
  }

  private int count(int block, int start) {
    return Math.max(0, Math.min(end(block / blocksPerChunk), start + Kernels.PANEL) - start);
  }
}
