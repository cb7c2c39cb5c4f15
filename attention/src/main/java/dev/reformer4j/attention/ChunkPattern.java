package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.KeyBlock;
import java.util.Optional;

/// Chunks of an order that attend to themselves and to their neighbours: chunked LSH attention,
/// where the order of every round is by bucket, and local attention, where it is by position.
///
/// Within a chunk tokens stand by position, so that visible pairs form runs (see [RowRange]).
final class ChunkPattern implements Pattern {
  /// Blocks of all rounds, which are numbered, with as many numbers beyond either end of the ring.
  private static final int MOST_BLOCKS = 1 << 29;

  private final Tokens tokens;
  private final Orders orders;
  private final int chunk;
  private final int chunks;
  private final int blocksPerChunk;
  private final Reach reach;
  private final Optional<Reach> someReach;
  private final boolean causal;
  private final boolean selfExcluded;
  private final boolean maskOtherBuckets;
  private final Optional<Meetings> meetings;

  private ChunkPattern(
      Tokens tokens,
      Orders orders,
      int chunk,
      Reach reach,
      boolean causal,
      boolean selfExcluded,
      boolean maskOtherBuckets,
      Optional<Meetings> meetings) {
    this.tokens = tokens;
    this.orders = orders;
    this.chunk = Math.min(chunk, tokens.n());
    this.chunks = (tokens.n() - 1) / this.chunk + 1;
    this.blocksPerChunk = (this.chunk - 1) / Kernels.PANEL + 1;
    if ((double) chunks * blocksPerChunk * orders.rounds() > MOST_BLOCKS) {
      throw new IllegalArgumentException(
          tokens.n()
              + " tokens in chunks of "
              + chunk
              + " make more than "
              + MOST_BLOCKS
              + " blocks in "
              + orders.rounds()
              + " rounds; use a longer chunk or fewer rounds");
    }
    this.reach = reach;
    this.someReach = Optional.of(reach);
    this.causal = causal;
    this.selfExcluded = selfExcluded;
    this.maskOtherBuckets = maskOtherBuckets;
    this.meetings = meetings;
  }

  /// Chunked LSH attention over hashed tokens. A short input is one chunk that sees itself once.
  static ChunkPattern lsh(
      LshConfig config, Tokens tokens, Orders orders, boolean hashed, boolean shared) {
    Reach reach =
        hashed ? new Reach(config.before(), config.after(), true) : new Reach(0, 0, false);
    boolean maskOthers = config.maskOtherBuckets() && hashed;
    Optional<Meetings> meetings =
        config.countOnce() && hashed
            ? Optional.of(Meetings.chunked(config, orders, tokens.n(), maskOthers, shared))
            : Optional.empty();
    return new ChunkPattern(
        tokens, orders, config.chunk(), reach, config.causal(), shared, maskOthers, meetings);
  }

  /// Local attention by position.
  static ChunkPattern local(LocalConfig config, Tokens tokens) {
    boolean oneChunk = tokens.n() <= config.chunk();
    Reach reach =
        oneChunk
            ? new Reach(0, 0, false)
            : new Reach(config.before(), config.after(), config.wrap());
    return new ChunkPattern(
        tokens,
        Orders.byPosition(),
        config.chunk(),
        reach,
        config.causal(),
        false,
        false,
        Optional.empty());
  }

  @Override
  public int stages() {
    return orders.rounds();
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
    return blocksPerChunk
        * (reach.ring() ? group - reach.before() : Math.max(0, group - reach.before()));
  }

  @Override
  public int lastKeyBlock(int group) {
    int last = reach.ring() ? group + reach.after() : Math.min(chunks - 1, group + reach.after());
    return blocksPerChunk * (last + 1) - 1;
  }

  @Override
  public void queries(int block, QueryTile tile) {
    int round = round(block);
    int start = start(block);
    tile.count = count(block, start);
    tile.ascending = true;
    for (int i = 0; i < tile.count; i++) {
      int token = orders.query(round, start + i);
      tile.token[i] = token;
      tile.sight.low[i] = Integer.MIN_VALUE;
      tile.sight.high[i] = causal ? token : KeyBlock.UNSEEN - 1;
      tile.sight.self[i] = token;
      tile.sight.bucket[i] = maskOtherBuckets ? orders.queryTag(round, token) : 0;
      tile.openEnd[i] = !causal ? KeyBlock.UNSEEN : selfExcluded ? token : token + 1;
      tile.ascending &= i == 0 || tile.token[i - 1] < token;
    }
  }

  @Override
  public void keys(int block, KeyTile tile) {
    int round = round(block);
    int start = start(block);
    tile.count = count(block, start);
    tile.ascending = true;
    for (int i = 0; i < tile.count; i++) {
      int token = orders.key(round, start + i);
      boolean seen = tokens.isReal(token);
      tile.token[i] = token;
      tile.sight.place[i] = seen ? token : KeyBlock.UNSEEN;
      tile.sight.self[i] = selfExcluded ? token : KeyBlock.NOBODY;
      tile.sight.bucket[i] = maskOtherBuckets ? orders.keyTag(round, token) : 0;
      tile.ascending &= seen && (i == 0 || tile.token[i - 1] < token);
    }
  }

  @Override
  public boolean hasOpenRows(int group, int keyBlock) {
    if (maskOtherBuckets) {
      return false;
    }
    if (causal || !selfExcluded) {
      return true;
    }
    // Looking both ways, a query may meet itself in its own chunk, and in the chunks of another
    // round.
    int keyGroup = Math.floorDiv(keyBlock, blocksPerChunk);
    return keyGroup != group && Math.floorDiv(keyGroup, chunks) == Math.floorDiv(group, chunks);
  }

  @Override
  public Optional<Reach> reach() {
    return someReach;
  }

  @Override
  public Optional<Meetings> meetings() {
    return meetings;
  }

  private int round(int block) {
    return Math.floorMod(Math.floorDiv(block, blocksPerChunk), chunks * stages()) / chunks;
  }

  private int start(int block) {
    int chunkInRound = Math.floorMod(Math.floorDiv(block, blocksPerChunk), chunks);
    return chunkInRound * chunk + Math.floorMod(block, blocksPerChunk) * Kernels.PANEL;
  }

  private int count(int block, int start) {
    int chunkInRound = Math.floorMod(Math.floorDiv(block, blocksPerChunk), chunks);
    int end =
        Math.min((int) Math.min(tokens.n(), (chunkInRound + 1L) * chunk), start + Kernels.PANEL);
    return Math.max(0, end - start);
  }
}
