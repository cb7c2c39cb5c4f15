package dev.reformer4j.explorer;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LshConfig;
import java.util.Arrays;

/// Which keys every query of one head meets, small enough to be sent: the bucket orders of all
/// rounds make a ring of `rounds · n` places, and what a query meets in a round is one run of it.
///
/// Masks are not applied: a causal query's run may hold later keys, and with masked buckets keys of
/// others.
///
/// @param first `[rounds · n]` where the run of (round, query) begins in the ring
/// @param length `[rounds · n]` how many places it has; it may go around the end of the ring
record KeyRuns(int[] first, int[] length) {
  /// The runs of an attention with shared queries and keys.
  static KeyRuns of(ActiveRounds rounds, LshConfig config) {
    int n = rounds.n();
    int[] first = new int[rounds.rounds() * n];
    int[] length = new int[rounds.rounds() * n];
    KeyRuns runs = new KeyRuns(first, length);
    if (!rounds.isHashed()) {
      Arrays.fill(length, n);
      return runs;
    }
    for (int round = 0; round < rounds.rounds(); round++) {
      if (config.chunking() == Chunking.CHUNKED) {
        runs.chunks(rounds, config, round);
      } else {
        runs.ownBucket(rounds, config, round);
      }
    }
    return runs;
  }

  /// Chunk g of the ring sees the chunks g − before … g + after.
  private void chunks(ActiveRounds rounds, LshConfig config, int round) {
    int n = rounds.n();
    int chunks = (n - 1) / config.chunk() + 1;
    int ring = rounds.rounds() * chunks;
    int[] order = rounds.order()[round];
    for (int chunk = 0; chunk < chunks; chunk++) {
      int from = Math.floorMod(round * chunks + chunk - config.before(), ring);
      int places = 0;
      for (int g = from; g <= from + config.before() + config.after(); g++) {
        int start = g % chunks * config.chunk();
        places += Math.min(config.chunk(), n - start);
      }
      int begin = from / chunks * n + from % chunks * config.chunk();
      int end = Math.min(n, (chunk + 1) * config.chunk());
      for (int place = chunk * config.chunk(); place < end; place++) {
        first[round * n + order[place]] = begin;
        length[round * n + order[place]] = places;
      }
    }
  }

  /// A query sees itself, up to `chunk · before` tokens of its bucket before it, and, unless it is
  /// causal, up to `chunk · after` behind it. Padding sees only itself.
  private void ownBucket(ActiveRounds rounds, LshConfig config, int round) {
    int n = rounds.n();
    int[] order = rounds.order()[round];
    int[] ids = rounds.ids()[round];
    int back = config.chunk() * config.before();
    int ahead = config.causal() ? 0 : config.chunk() * config.after();
    int start = 0;
    for (int place = 0; place < n; place++) {
      int bucket = ids[order[place]];
      if (bucket != ids[order[start]]) {
        start = place;
      }
      boolean padding = bucket == rounds.padding();
      int low = padding ? place : Math.max(start, place - back);
      int high = place;
      while (!padding && high < Math.min(n - 1, place + ahead) && ids[order[high + 1]] == bucket) {
        high++;
      }
      first[round * n + order[place]] = round * n + low;
      length[round * n + order[place]] = high - low + 1;
    }
  }
}
