package dev.reformer4j.attention;

/// The order in which the tokens of one head stand in every round: by bucket, or by position.
final class Orders {
  private static final int[][] NONE = {};

  private final int rounds;
  private final int buckets;
  private final int[][] queryOrder;
  private final int[][] keyOrder;
  private final int[][] queryIds;
  private final int[][] keyIds;

  private Orders(
      int rounds,
      int buckets,
      int[][] queryOrder,
      int[][] keyOrder,
      int[][] queryIds,
      int[][] keyIds) {
    this.rounds = rounds;
    this.buckets = buckets;
    this.queryOrder = queryOrder;
    this.keyOrder = keyOrder;
    this.queryIds = queryIds;
    this.keyIds = keyIds;
  }

  /// One round, by position.
  static Orders byPosition() {
    return new Orders(1, 1, NONE, NONE, NONE, NONE);
  }

  /// One round of tokens that stand in bucket order already: a place is a token.
  ///
  /// @param ids the bucket of every one
  static Orders sorted(int[] ids) {
    return new Orders(1, 1, NONE, NONE, new int[][] {ids}, new int[][] {ids});
  }

  /// The bucket orders of one head.
  static Orders of(Hashes hashes, int sequence, int head) {
    if (!hashes.isHashed()) {
      return byPosition();
    }
    int rounds = hashes.rounds();
    int[][] queryOrder = new int[rounds][];
    int[][] keyOrder = new int[rounds][];
    int[][] queryIds = new int[rounds][];
    int[][] keyIds = new int[rounds][];
    for (int round = 0; round < rounds; round++) {
      queryOrder[round] = hashes.order(sequence, head, round);
      keyOrder[round] = hashes.keyOrder(sequence, head, round);
      queryIds[round] = hashes.ids(sequence, head, round);
      keyIds[round] = hashes.keyIds(sequence, head, round);
    }
    return new Orders(rounds, hashes.buckets(), queryOrder, keyOrder, queryIds, keyIds);
  }

  int rounds() {
    return rounds;
  }

  /// The token at a place of the query order.
  int query(int round, int place) {
    return queryOrder.length == 0 ? place : queryOrder[round][place];
  }

  /// The token at a place of the key order.
  int key(int round, int place) {
    return keyOrder.length == 0 ? place : keyOrder[round][place];
  }

  int queryId(int round, int token) {
    return queryIds[round][token];
  }

  int keyId(int round, int token) {
    return keyIds[round][token];
  }

  /// Round and bucket of a query in one number.
  int queryTag(int round, int token) {
    return queryIds[round][token] + round * (buckets + 1);
  }

  /// Round and bucket of a key in one number.
  int keyTag(int round, int token) {
    return keyIds[round][token] + round * (buckets + 1);
  }
}
