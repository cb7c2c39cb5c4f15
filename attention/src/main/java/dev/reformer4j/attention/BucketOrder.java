package dev.reformer4j.attention;

/// Sorts tokens by bucket: a stable counting sort, O(n + buckets), so that tokens of one bucket
/// stay in order of position.
final class BucketOrder {
  private static final int DIGIT = 16;

  private BucketOrder() {}

  /// The tokens in bucket order: `order[place] = token`.
  ///
  /// More than 2¹⁶ buckets are sorted by two digits, since a counter per bucket would then cost
  /// more than the tokens do.
  ///
  /// @param ids `[n]` the bucket of every token, in `[0, most]`
  static int[] byBucket(int[] ids, int most) {
    int[] order = new int[ids.length];
    if (most >>> DIGIT == 0) {
      countingPass(ids, order, 0, most, order, true);
      return order;
    }
    int[] byLowDigit = new int[ids.length];
    countingPass(ids, byLowDigit, 0, (1 << DIGIT) - 1, byLowDigit, true);
    countingPass(ids, byLowDigit, DIGIT, most >>> DIGIT, order, false);
    return order;
  }

  private static void countingPass(
      int[] ids, int[] from, int shift, int most, int[] to, boolean identity) {
    int mask = (1 << DIGIT) - 1;
    int[] start = new int[most + 2];
    for (int id : ids) {
      start[((id >>> shift) & mask) + 1]++;
    }
    for (int digit = 0; digit <= most; digit++) {
      start[digit + 1] += start[digit];
    }
    for (int i = 0; i < ids.length; i++) {
      int token = identity ? i : from[i];
      to[start[(ids[token] >>> shift) & mask]++] = token;
    }
  }

  /// Arranges the tokens of every chunk of an order by position, and leaves which chunk a token is
  /// in as it is.
  ///
  /// Attention does not care for the order of keys within a chunk, but kernels do: by position,
  /// what a causal mask hides is a staircase that is never computed (see [RowRange]). A second
  /// counting sort, by chunk, costs no comparison.
  static int[] byPositionWithinChunks(int[] order, int chunk) {
    int n = order.length;
    int[] chunkOf = new int[n];
    for (int place = 0; place < n; place++) {
      chunkOf[order[place]] = place / chunk;
    }
    int[] next = new int[(n - 1) / chunk + 1];
    int[] arranged = new int[n];
    for (int token = 0; token < n; token++) {
      int c = chunkOf[token];
      arranged[c * chunk + next[c]++] = token;
    }
    return arranged;
  }
}
