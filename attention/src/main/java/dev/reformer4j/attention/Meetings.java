package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import java.util.Arrays;

/// Counts in how many rounds a query and a key meet, so that each pair weighs once (paper, appendix
/// A: the weight of key j for query i is divided by `N_ij`, which is the same as `log N_ij` off its
/// logit).
///
/// Every token has a place in every round, and sees a run of places there: two tokens meet in a
/// round if the place of one lies in the run of the other. In chunked attention the places are
/// chunks, and at the ends of a round runs wrap around into the next one; those few queries are
/// counted pair by pair.
final class Meetings {
  private static final int[][] NO_WINDOWS = {};

  private final int rounds;
  private final int[][] queryPlace;
  private final int[][] keyPlace;

  /// `[rounds][n]` the first and the last place that a query sees; in chunked attention both follow
  /// from its own.
  private final int[][] low;

  private final int[][] high;
  private final int[][] queryTag;
  private final int[][] keyTag;
  private final int ring;
  private final boolean shared;
  private final int before;
  private final int after;

  private Meetings(
      int rounds,
      int[][] queryPlace,
      int[][] keyPlace,
      int[][] low,
      int[][] high,
      int[][] queryTag,
      int[][] keyTag,
      int ring,
      boolean shared,
      int before,
      int after) {
    this.rounds = rounds;
    this.queryPlace = queryPlace;
    this.keyPlace = keyPlace;
    this.low = low;
    this.high = high;
    this.queryTag = queryTag;
    this.keyTag = keyTag;
    this.ring = ring;
    this.shared = shared;
    this.before = before;
    this.after = after;
  }

  /// Meetings of chunks, in the ring of all rounds.
  static Meetings chunked(
      LshConfig config, Orders orders, int n, boolean maskOthers, boolean shared) {
    int rounds = orders.rounds();
    int chunks = (n - 1) / config.chunk() + 1;
    int[][] own = new int[rounds][n];
    int[][] place = shared ? own : new int[rounds][n];
    int[][] queryTag = noTags(rounds, n);
    int[][] keyTag = queryTag;
    if (maskOthers) {
      queryTag = new int[rounds][n];
      keyTag = shared ? queryTag : new int[rounds][n];
    }
    for (int round = 0; round < rounds; round++) {
      for (int at = 0; at < n; at++) {
        int chunk = round * chunks + at / config.chunk();
        int query = orders.query(round, at);
        own[round][query] = chunk;
        place[round][orders.key(round, at)] = chunk;
        if (maskOthers) {
          queryTag[round][query] = orders.queryTag(round, query);
          keyTag[round][query] = orders.keyTag(round, query);
        }
      }
    }
    return new Meetings(
        rounds,
        own,
        place,
        NO_WINDOWS,
        NO_WINDOWS,
        queryTag,
        keyTag,
        rounds * chunks,
        shared,
        config.before(),
        config.after());
  }

  /// One row of zeros for all rounds.
  private static int[][] noTags(int rounds, int n) {
    int[][] tags = new int[rounds][];
    Arrays.fill(tags, new int[n]);
    return tags;
  }

  /// Meetings in sliding windows.
  static Meetings sliding(SlidingPattern pattern, Orders orders, int n) {
    int rounds = orders.rounds();
    int[][] place = new int[rounds][n];
    int[][] low = new int[rounds][n];
    int[][] high = new int[rounds][n];
    int[][] tag = noTags(rounds, n);
    for (int round = 0; round < rounds; round++) {
      for (int at = 0; at < n; at++) {
        int query = orders.query(round, at);
        low[round][query] = pattern.low(round, at);
        high[round][query] = pattern.high(round, at);
        place[round][orders.key(round, at)] = at;
      }
    }
    return new Meetings(rounds, place, place, low, high, tag, tag, 0, true, 0, 0);
  }

  /// What one thread needs to count.
  final class Counter {
    private final int slab = Kernels.best().slab();
    private final int[] missed = new int[Kernels.PANEL];
    private final int[][] lows = new int[rounds][Kernels.PANEL];
    private final int[][] highs = new int[rounds][Kernels.PANEL];
    private final int[][] tags = new int[rounds][Kernels.PANEL];
    private final boolean[] wraps = new boolean[Kernels.PANEL];

    /// A key stands at most once in each chunk of a window.
    private final float[] log2 = new float[rounds * (before + after + 1) + 1];

    Counter() {
      for (int times = 1; times < log2.length; times++) {
        log2[times] = (float) (Math.log(times) / Math.log(2));
      }
    }

    /// Takes `log₂ N` off the scores of rows `[from, to)` and of columns `[firstQuery, endQuery)`,
    /// which lie in one slab.
    void countOnce(
        QueryTile queries,
        int firstQuery,
        int endQuery,
        KeyTile keys,
        float[] scores,
        int scoreRow,
        int from,
        int to) {
      gather(queries, firstQuery, endQuery);
      for (int j = from; j < to; j++) {
        int key = keys.token[j];
        countMissed(key, firstQuery, endQuery);
        for (int i = firstQuery; i < endQuery; i++) {
          int times = rounds - missed[i] + (wraps[i] ? aroundTheEnds(queries.token[i], key) : 0);
          scores[(scoreRow + j) * slab + i % slab] -= log2[times];
        }
      }
    }

    private void gather(QueryTile queries, int firstQuery, int endQuery) {
      for (int i = firstQuery; i < endQuery; i++) {
        int token = queries.token[i];
        wraps[i] = false;
        for (int round = 0; round < rounds; round++) {
          tags[round][i] = queryTag[round][token];
          if (ring > 0) {
            int chunks = ring / rounds;
            int own = queryPlace[round][token];
            lows[round][i] = Math.max(round * chunks, own - before);
            highs[round][i] = Math.min((round + 1) * chunks - 1, own + after);
            wraps[i] |= highs[round][i] - lows[round][i] < before + after;
          } else {
            lows[round][i] = low[round][token];
            highs[round][i] = high[round][token];
          }
        }
      }
    }

    /// In how many rounds the key is outside the run, for all lanes at once: a difference is
    /// negative, or tags differ, exactly if the sign bit below is set.
    private void countMissed(int key, int firstQuery, int endQuery) {
      Arrays.fill(missed, firstQuery, endQuery, 0);
      for (int round = 0; round < rounds; round++) {
        int place = keyPlace[round][key];
        int tag = keyTag[round][key];
        int[] first = lows[round];
        int[] last = highs[round];
        int[] buckets = tags[round];
        for (int i = firstQuery; i < endQuery; i++) {
          int other = buckets[i] ^ tag;
          missed[i] += ((place - first[i]) | (last[i] - place) | other | -other) >>> 31;
        }
      }
    }

    /// Meetings through the part of a window that lies beyond the end of its round, in the ring of
    /// all rounds.
    private int aroundTheEnds(int query, int key) {
      int chunks = ring / rounds;
      int times = 0;
      for (int round = 0; round < rounds; round++) {
        int own = queryPlace[round][query];
        for (int chunk = own - before; chunk <= own + after; chunk++) {
          if (Math.floorDiv(chunk, chunks) != round) {
            int inRing = Math.floorMod(chunk, ring);
            times += isThere(inRing, key) && isVisible(round, query, inRing / chunks, key) ? 1 : 0;
          }
        }
      }
      return times;
    }

    private boolean isThere(int chunk, int key) {
      return keyPlace[chunk / (ring / rounds)][key] == chunk;
    }

    /// Other buckets may be masked, and another round's buckets are others; a token itself never
    /// is.
    private boolean isVisible(int queryRound, int query, int keyRound, int key) {
      return queryTag[queryRound][query] == keyTag[keyRound][key] || (shared && query == key);
    }
  }
}
