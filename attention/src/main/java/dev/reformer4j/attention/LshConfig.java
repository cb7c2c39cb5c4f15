package dev.reformer4j.attention;

import java.util.Objects;

/// Everything that defines one LSH attention, apart from its rotations. The defaults live in
/// [#defaults()].
///
/// @param rounds independent hashings, merged by log-sum-exp; from 1 to [#MOST_ROUNDS]
/// @param buckets buckets of one round
/// @param chunk consecutive tokens in bucket order that attend to each other; at least 1
/// @param before chunks before its own that a query sees; at least 0
/// @param after chunks after its own that a query sees; at least 0
/// @param causal whether a query sees only keys at or before its own position
/// @param chunking what "sees" means, see [Chunking]
/// @param maskOtherBuckets the paper's semantics (section 3, equation 3): keys of other buckets get
///   weight zero; sliding windows never hold such keys
/// @param countOnce the paper's semantics (appendix A): a key met in N rounds is weighted 1/N in
///   each
public record LshConfig(
    int rounds,
    Buckets buckets,
    int chunk,
    int before,
    int after,
    boolean causal,
    Chunking chunking,
    boolean maskOtherBuckets,
    boolean countOnce) {

  /// More rounds than this cost much and add nothing: misses are rare from 8 on.
  public static final int MOST_ROUNDS = 127;

  private static final LshConfig DEFAULTS =
      new LshConfig(4, Buckets.auto(), 64, 1, 0, false, Chunking.CHUNKED, false, false);

  /// Checks every value.
  ///
  /// @throws IllegalArgumentException if a number is out of its range, the window holds more than
  ///   2²⁴ keys, or a sliding window shows no key
  public LshConfig {
    Objects.requireNonNull(buckets, "buckets");
    Objects.requireNonNull(chunking, "chunking");
    Checks.within("rounds", rounds, 1, MOST_ROUNDS);
    Checks.window(chunk, before, after);
    if (chunking == Chunking.SLIDING && before == 0 && (causal || after == 0)) {
      throw new IllegalArgumentException(
          "sliding chunking with 0 chunks before and "
              + (causal ? "a causal mask" : "0 after")
              + " sees no key at all; use before 1 or more");
    }
  }

  /// Four rounds, automatic buckets, chunk 64 with one before and none after, bidirectional, trax
  /// semantics.
  public static LshConfig defaults() {
    return DEFAULTS;
  }

  /// The same with another number of rounds.
  public LshConfig withRounds(int rounds) {
    return new LshConfig(
        rounds, buckets, chunk, before, after, causal, chunking, maskOtherBuckets, countOnce);
  }

  /// The same with other buckets.
  public LshConfig withBuckets(Buckets buckets) {
    return new LshConfig(
        rounds, buckets, chunk, before, after, causal, chunking, maskOtherBuckets, countOnce);
  }

  /// The same with another chunk length.
  public LshConfig withChunk(int chunk) {
    return new LshConfig(
        rounds, buckets, chunk, before, after, causal, chunking, maskOtherBuckets, countOnce);
  }

  /// The same with other neighbours.
  public LshConfig withNeighbours(int before, int after) {
    return new LshConfig(
        rounds, buckets, chunk, before, after, causal, chunking, maskOtherBuckets, countOnce);
  }

  /// The same, causal or bidirectional.
  public LshConfig withCausal(boolean causal) {
    return new LshConfig(
        rounds, buckets, chunk, before, after, causal, chunking, maskOtherBuckets, countOnce);
  }

  /// The same with another chunking.
  public LshConfig withChunking(Chunking chunking) {
    return new LshConfig(
        rounds, buckets, chunk, before, after, causal, chunking, maskOtherBuckets, countOnce);
  }

  /// The same, with keys of other buckets masked or not.
  public LshConfig withMaskOtherBuckets(boolean maskOtherBuckets) {
    return new LshConfig(
        rounds, buckets, chunk, before, after, causal, chunking, maskOtherBuckets, countOnce);
  }

  /// The same, with repeated meetings counted once or every time.
  public LshConfig withCountOnce(boolean countOnce) {
    return new LshConfig(
        rounds, buckets, chunk, before, after, causal, chunking, maskOtherBuckets, countOnce);
  }
}
