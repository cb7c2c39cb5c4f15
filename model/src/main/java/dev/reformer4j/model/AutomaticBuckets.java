package dev.reformer4j.model;

/// Hugging Face's choice of buckets where the configuration leaves it open (`_set_num_buckets` in
/// `modeling_reformer.py`): about two buckets a chunk, a power of two, in two factors where they
/// are many.
///
/// Hugging Face writes the first choice into the configuration and keeps it for every later length;
/// here it is a function of the length, so that a result does not depend on what ran before.
final class AutomaticBuckets {
  private AutomaticBuckets() {}

  /// The factors for `n` tokens, padded to whole chunks: with `2^p ≤ 2·⌊n/chunk⌋ < 2^(p+1)`, `2^p`
  /// buckets, in the two factors `2^⌊p/2⌋` and `2^⌈p/2⌉` where `2^p > 2·max(⌊√(maxPositions /
  /// chunk)⌋, chunk)`. Up to one chunk nothing is hashed, and the answer is two.
  static int[] factors(int n, int chunk, int maxPositions) {
    long chunks = Math.max(1, n / chunk);
    int power = 63 - Long.numberOfLeadingZeros(2 * chunks);
    int longest = maxPositions / chunk;
    long limit = 2 * Math.max((long) Math.sqrt(longest), chunk);
    return 1L << power > limit
        ? new int[] {1 << (power / 2), 1 << (power - power / 2)}
        : new int[] {1 << power};
  }
}
