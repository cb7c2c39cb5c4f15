package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.KeyBlock;
import java.util.Optional;

/// Sliding windows in bucket order: in every round a query sees the last tokens of its own bucket
/// by position, and if it looks both ways the next ones. A place here is a place in the bucket
/// order of the keys; what a query sees is one run of places.
final class SlidingPattern implements Pattern {
  private final Tokens tokens;
  private final Orders orders;
  private final int before;
  private final int after;
  private final boolean shared;
  private final int blocks;

  /// None for separate queries: keys of a bucket may stand anywhere beside them.
  private final Optional<Reach> reach;

  private final Optional<Meetings> meetings;

  SlidingPattern(LshConfig config, Tokens tokens, Orders orders, boolean shared) {
    this.tokens = tokens;
    this.orders = orders;
    this.before = Math.min(tokens.n(), Math.multiplyExact(config.chunk(), config.before()));
    this.after =
        config.causal()
            ? 0
            : Math.min(tokens.n(), Math.multiplyExact(config.chunk(), config.after()));
    this.shared = shared;
    this.blocks = (tokens.n() - 1) / Kernels.PANEL + 1;
    this.reach =
        shared
            ? Optional.of(new Reach(wholeBlocks(before), wholeBlocks(after), false))
            : Optional.empty();
    this.meetings =
        config.countOnce()
            ? Optional.of(Meetings.sliding(this, orders, tokens.n()))
            : Optional.empty();
  }

  private static int wholeBlocks(int places) {
    return (places + Kernels.PANEL - 1) / Kernels.PANEL;
  }

  @Override
  public int stages() {
    return orders.rounds();
  }

  @Override
  public int groups() {
    return blocks;
  }

  @Override
  public int blocksPerGroup() {
    return 1;
  }

  @Override
  public int firstKeyBlock(int group) {
    int round = group / blocks;
    return round * blocks + low(round, group % blocks * Kernels.PANEL) / Kernels.PANEL;
  }

  @Override
  public int lastKeyBlock(int group) {
    int round = group / blocks;
    int last = Math.min(tokens.n(), (group % blocks + 1) * Kernels.PANEL) - 1;
    return round * blocks + Math.floorDiv(high(round, last), Kernels.PANEL);
  }

  @Override
  public void queries(int block, QueryTile tile) {
    int round = block / blocks;
    int start = block % blocks * Kernels.PANEL;
    tile.count = Math.min(Kernels.PANEL, tokens.n() - start);
    tile.ascending = true;
    for (int i = 0; i < tile.count; i++) {
      int token = orders.query(round, start + i);
      tile.token[i] = token;
      tile.sight.bucket[i] = 0;
      tile.sight.self[i] = token;
    }
    fillRuns(round, start, tile);
    for (int i = 0; i < tile.count; i++) {
      tile.openEnd[i] = shared ? start + i : tile.sight.high[i] + 1;
    }
  }

  /// Low and high of a whole block: where neighbours share a bucket, one step from the neighbour's.
  private void fillRuns(int round, int start, QueryTile tile) {
    int[] low = tile.sight.low;
    int[] high = tile.sight.high;
    int last = tile.count - 1;
    for (int i = 0; i <= last; i++) {
      boolean run = shared && i > 0 && sameBucket(round, start + i - 1, start + i);
      low[i] = run ? Math.max(low[i - 1], start + i - before) : low(round, start + i);
    }
    for (int i = last; i >= 0; i--) {
      boolean run = shared && i < last && sameBucket(round, start + i, start + i + 1);
      high[i] = run ? Math.min(high[i + 1], start + i + after) : high(round, start + i);
    }
  }

  @Override
  public void keys(int block, KeyTile tile) {
    int round = block / blocks;
    int start = block % blocks * Kernels.PANEL;
    tile.count = Math.min(Kernels.PANEL, tokens.n() - start);
    tile.ascending = true;
    for (int i = 0; i < tile.count; i++) {
      int token = orders.key(round, start + i);
      tile.token[i] = token;
      tile.sight.place[i] = start + i;
      tile.sight.bucket[i] = 0;
      tile.sight.self[i] = shared ? token : KeyBlock.NOBODY;
    }
  }

  @Override
  public boolean hasOpenRows(int group, int keyBlock) {
    return true;
  }

  @Override
  public Optional<Reach> reach() {
    return reach;
  }

  /// The keys that a block of separate queries sees may lie anywhere, but seldom far apart.
  @Override
  public int batch() {
    return shared ? Pattern.super.batch() : MOST_BATCH;
  }

  @Override
  public Optional<Meetings> meetings() {
    return meetings;
  }

  /// The first key place that the query at a place sees.
  int low(int round, int place) {
    if (!shared) {
      int token = orders.query(round, place);
      int id = orders.queryId(round, token);
      return Math.max(firstKey(round, id, 0), firstKey(round, id, token + 1) - before);
    }
    int low = place;
    while (low > 0 && place - low < before && sameBucket(round, low - 1, low)) {
      low--;
    }
    return low;
  }

  /// The last key place that the query at a place sees. Shared tokens stand at their own place,
  /// which is always seen; a separate query may see nothing, and then this is one less than the
  /// first.
  int high(int round, int place) {
    if (!shared) {
      int token = orders.query(round, place);
      int id = orders.queryId(round, token);
      int end = firstKey(round, id, token + 1);
      boolean seesNothing = !tokens.isReal(token);
      return seesNothing
          ? low(round, place) - 1
          : Math.min(firstKey(round, id + 1, 0), end + after) - 1;
    }
    int high = place;
    while (high + 1 < tokens.n() && high - place < after && sameBucket(round, high, high + 1)) {
      high++;
    }
    return high;
  }

  /// Whether two neighbours in the order of shared tokens see each other; padding shares its bucket
  /// with nobody.
  private boolean sameBucket(int round, int place, int next) {
    int token = orders.query(round, place);
    int other = orders.query(round, next);
    return orders.queryId(round, token) == orders.queryId(round, other) && tokens.isReal(token);
  }

  /// The first key place whose (bucket, position) is at least the given one.
  private int firstKey(int round, int id, int position) {
    int low = 0;
    int high = tokens.n();
    while (low < high) {
      int middle = (low + high) >>> 1;
      int token = orders.key(round, middle);
      int otherId = orders.keyId(round, token);
      if (otherId < id || (otherId == id && token < position)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
