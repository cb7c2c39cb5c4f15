package dev.reformer4j.bench;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LshConfig;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Which tokens a query looks at, from the definitions; causal masks are left to [Attended].
final class Windows {
  private Windows() {}

  /// Makes the windows of one query.
  interface Window {
    int[] of(int query);
  }

  /// Chunked LSH attention with trax semantics: all rounds' chunks form a ring.
  static Window lsh(LshConfig config, Hashes hashes, int head) {
    if (config.chunking() != Chunking.CHUNKED || config.maskOtherBuckets() || config.countOnce()) {
      throw new IllegalArgumentException(
          "the benchmarks' own definition knows chunked attention with trax semantics only, not "
              + config);
    }
    if (!hashes.isHashed()) {
      return query -> IntStream.range(0, hashes.n()).toArray();
    }
    int n = hashes.n();
    int chunks = (n - 1) / config.chunk() + 1;
    int ring = chunks * hashes.rounds();
    int[][] order = new int[hashes.rounds()][];
    int[][] chunkOf = new int[hashes.rounds()][n];
    for (int round = 0; round < hashes.rounds(); round++) {
      int[] ids = hashes.ids(0, head, round);
      order[round] =
          IntStream.range(0, n)
              .boxed()
              .sorted(Comparator.comparingInt(token -> ids[token]))
              .mapToInt(Integer::intValue)
              .toArray();
      for (int place = 0; place < n; place++) {
        chunkOf[round][order[round][place]] = place / config.chunk();
      }
    }
    return query ->
        IntStream.range(0, hashes.rounds())
            .flatMap(round -> {
              int own = round * chunks + chunkOf[round][query];
              return IntStream.rangeClosed(own - config.before(), own + config.after());
            })
            .map(chunk -> Math.floorMod(chunk, ring))
            .flatMap(chunk -> {
              int from = chunk % chunks * config.chunk();
              int to = Math.min(n, from + config.chunk());
              return Arrays.stream(order[chunk / chunks], from, to);
            })
            .toArray();
  }

  /// Chunks by position, the own one and those before it.
  static Window local(int n, int chunk, int before, int after) {
    return query -> {
      int own = query / chunk;
      int from = n <= chunk ? 0 : Math.max(0, own - before) * chunk;
      int to = n <= chunk ? n : (int) Math.min(n, (own + after + 1L) * chunk);
      return IntStream.range(from, to).toArray();
    };
  }

  /// Everything.
  static Window full(int n) {
    return query -> IntStream.range(0, n).toArray();
  }
}
