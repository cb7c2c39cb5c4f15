package dev.reformer4j.attention;

import java.util.Arrays;

/// What hashing and sorting decided for every (sequence, head, round): enough to attend, to explain
/// and to go backward.
///
/// The arrays that it hands out are its own and must not be changed.
public final class Hashes {
  private static final boolean[] ALL_REAL = {};

  private final LshConfig config;
  private final int sequences;
  private final int heads;
  private final int rounds;
  private final int n;
  private final int dQk;
  private final boolean shared;
  private final boolean[] mask;
  private final int[] factors;
  private final int[][] ids;
  private final int[][] keyIds;
  private final int[][] order;
  private final int[][] keyOrder;
  private final float[] keyScale;

  /// @param config what they were made with
  /// @param input what they are of
  /// @param ids `[sequences · heads · rounds][n]`, likewise `keyIds`, `order` and `keyOrder`
  /// @param keyScale `[sequences, heads, n]` the factor that gives a key unit length
  Hashes(
      LshConfig config,
      AttentionInput input,
      int[] factors,
      int[][] ids,
      int[][] keyIds,
      int[][] order,
      int[][] keyOrder,
      float[] keyScale) {
    this.config = config;
    this.sequences = input.batch();
    this.heads = input.heads();
    this.rounds = ids.length / (sequences * heads);
    this.n = input.n();
    this.dQk = input.dQk();
    this.shared = input.isShared();
    this.mask = mask(input);
    this.factors = factors;
    this.ids = ids;
    this.keyIds = keyIds;
    this.order = order;
    this.keyOrder = keyOrder;
    this.keyScale = keyScale;
  }

  /// Sequences side by side.
  public int sequences() {
    return sequences;
  }

  /// Heads of a sequence.
  public int heads() {
    return heads;
  }

  /// Rounds that were hashed; 1 if nothing was.
  public int rounds() {
    return rounds;
  }

  /// Tokens of a sequence.
  public int n() {
    return n;
  }

  /// The bucket factors; empty if nothing was hashed.
  public int[] factors() {
    return factors.clone();
  }

  /// Whether anything was hashed: a sequence that fits one chunk is attended as a whole, in one
  /// round, all in bucket 0.
  public boolean isHashed() {
    return factors.length > 0;
  }

  /// Buckets of one round, 1 if nothing was hashed; where something was, padding has the bucket of
  /// this number, one beyond the last.
  public int buckets() {
    return Buckets.count(factors);
  }

  /// The bucket of one query (and key, if they are shared).
  ///
  /// @throws IllegalArgumentException if there is no such sequence, head, round or token
  public int bucket(int sequence, int head, int round, int token) {
    if (token < 0 || token >= n) {
      throw new IllegalArgumentException(
          "token " + token + " does not exist; there are " + n + ", counted from 0");
    }
    return ids(sequence, head, round)[token];
  }

  /// `[n]` the bucket of every query.
  ///
  /// @throws IllegalArgumentException if there is no such sequence, head or round, here and below
  public int[] ids(int sequence, int head, int round) {
    return ids[index(sequence, head, round)];
  }

  /// `[n]` the bucket of every key; the same array as [#ids] if queries and keys are shared.
  public int[] keyIds(int sequence, int head, int round) {
    return keyIds[index(sequence, head, round)];
  }

  /// `[n]` the queries in bucket order, `order[place] = token`. With [Chunking#CHUNKED] the tokens
  /// within one chunk are arranged by position; which chunk a token is in is what the stable sort
  /// by bucket says.
  public int[] order(int sequence, int head, int round) {
    return order[index(sequence, head, round)];
  }

  /// `[n]` the keys in bucket order; the same array as [#order] if queries and keys are shared.
  public int[] keyOrder(int sequence, int head, int round) {
    return keyOrder[index(sequence, head, round)];
  }

  /// Checks that an attention over this input may use them: it may look at other neighbours, but
  /// must have the same shape, padding, rounds and order. The numbers themselves are not compared.
  void checkMadeFor(AttentionInput input, LshConfig other) {
    if (n != input.n() || heads != input.heads() || sequences != input.batch()) {
      throw foreign(
          "of " + sequences + " sequences, " + heads + " heads and " + n + " tokens",
          "queries " + input.query());
    }
    if (dQk != input.dQk()) {
      throw foreign("of vectors of " + dQk + " numbers", "queries " + input.query());
    }
    if (shared != input.isShared()) {
      throw foreign(
          "of " + (shared ? "shared" : "separate") + " queries and keys",
          (shared ? "separate" : "shared") + " ones");
    }
    if (!Arrays.equals(mask, mask(input))) {
      throw foreign("of an input with other padding", "this input");
    }
    if (config.rounds() != other.rounds()
        || config.chunk() != other.chunk()
        || config.chunking() != other.chunking()
        || !config.buckets().equals(other.buckets())) {
      throw new IllegalArgumentException(
          "the hashes were made with "
              + order(config)
              + ", but this attention has "
              + order(other)
              + "; hash the input with this attention");
    }
  }

  private static IllegalArgumentException foreign(String made, String given) {
    return new IllegalArgumentException(
        "hashes " + made + " do not belong to " + given + "; hash this input first");
  }

  /// Which tokens are real, empty if all are.
  private static boolean[] mask(AttentionInput input) {
    boolean[] given = input.mask().orElse(ALL_REAL);
    for (boolean real : given) {
      if (!real) {
        return given;
      }
    }
    return ALL_REAL;
  }

  private static String order(LshConfig config) {
    return config.rounds()
        + " rounds, "
        + config.buckets()
        + " buckets, chunk "
        + config.chunk()
        + " and chunking "
        + config.chunking();
  }

  float[] keyScale() {
    return keyScale;
  }

  private int index(int sequence, int head, int round) {
    if (sequence < 0
        || sequence >= sequences
        || head < 0
        || head >= heads
        || round < 0
        || round >= rounds) {
      throw new IllegalArgumentException(
          "sequence "
              + sequence
              + ", head "
              + head
              + ", round "
              + round
              + " is not among the "
              + sequences
              + ", "
              + heads
              + " and "
              + rounds
              + " hashed ones; they count from 0");
    }
    return (sequence * heads + head) * rounds + round;
  }

  /// Shape and factors, as `4 rounds of 32x64 buckets over 65536 tokens`.
  @Override
  public String toString() {
    String buckets = isHashed() ? Buckets.of(factors).toString() : "no";
    return rounds + " rounds of " + buckets + " buckets over " + n + " tokens";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hashes that
        && sequences == that.sequences
        && heads == that.heads
        && Arrays.equals(factors, that.factors)
        && Arrays.deepEquals(ids, that.ids)
        && Arrays.deepEquals(keyIds, that.keyIds)
        && Arrays.deepEquals(order, that.order)
        && Arrays.deepEquals(keyOrder, that.keyOrder);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(ids);
  }
}
