package dev.reformer4j.attention;

import java.util.Arrays;

/// Sorts tokens by bucket: a stable counting sort, O(n + buckets), so that tokens of one bucket
/// stay in order of position. An instance holds the scratch of one thread, used again for every
/// round and head.
final class BucketOrder {
  private static final int DIGIT = 16;

  private final int most;
  private final int[] start;
  private final int[] scratch;
  private final int[] order;
  private int[] next = {};

  /// For `n` tokens in buckets of `[0, most]`.
  BucketOrder(int n, int most) {
    this.most = most;
    this.start = new int[Math.min(most, (1 << DIGIT) - 1) + 2];
    this.scratch = new int[n];
    this.order = new int[n];
  }

  /// The tokens in bucket order: `order[place] = token`.
  ///
  /// More than 2¹⁶ buckets are sorted by two digits, since a counter per bucket would then cost
  /// more than the tokens do.
  ///
  /// @param ids `[n]` the bucket of every token
  /// @return a new array
  int[] byBucket(int[] ids) {
    return sort(ids, new int[ids.length]);
  }

  /// The tokens in bucket order, cut into chunks, and those of every chunk arranged by position;
  /// which chunk a token is in is what [#byBucket] says.
  ///
  /// Attention does not care for the order of keys within a chunk, but kernels do: by position,
  /// what a causal mask hides is a staircase that is never computed (see [RowRange]). A second
  /// counting sort, by chunk, costs no comparison.
  ///
  /// @return a new array
  int[] byChunk(int[] ids, int chunk) {
    int n = ids.length;
    sort(ids, order);
    int[] chunkOf = scratch;
    for (int place = 0; place < n; place++) {
      chunkOf[order[place]] = place / chunk;
    }
    int chunks = n == 0 ? 0 : (n - 1) / chunk + 1;
    next = next.length < chunks ? new int[chunks] : next;
    Arrays.fill(next, 0);
    int[] arranged = new int[n];
    for (int token = 0; token < n; token++) {
      int c = chunkOf[token];
      arranged[c * chunk + next[c]++] = token;
    }
    return arranged;
  }

  private int[] sort(int[] ids, int[] to) {
    if (most >>> DIGIT == 0) {
      countingPass(ids, to, 0, most, to, true);
    } else {
      countingPass(ids, scratch, 0, (1 << DIGIT) - 1, scratch, true);
      countingPass(ids, scratch, DIGIT, most >>> DIGIT, to, false);
    }
    return to;
  }

  private void countingPass(
      int[] ids, int[] from, int shift, int last, int[] to, boolean identity) {
    int mask = (1 << DIGIT) - 1;
    Arrays.fill(start, 0, last + 2, 0);
    for (int id : ids) {
      start[((id >>> shift) & mask) + 1]++;
    }
    for (int digit = 0; digit <= last; digit++) {
      start[digit + 1] += start[digit];
    }
    for (int i = 0; i < ids.length; i++) {
      int token = identity ? i : from[i];
      to[start[(ids[token] >>> shift) & mask]++] = token;
    }
  }
}
