package dev.reformer4j.attention;

import java.util.Arrays;

/// The tokens that one query sees in one round; a token may be among them more than once.
final class Window {
  private int[] tokens = {};
  private boolean[] seen = {};
  private int count;
  private int shown;

  /// Shows tokens of all buckets.
  static final int ALL = -1;

  /// Shows no token but that which is the query.
  static final int NONE = -2;

  /// Empties it, and shows all.
  void begin() {
    count = 0;
    show(ALL);
  }

  /// What is appended from now on is seen if it is of this bucket; else it is masked.
  void show(int bucket) {
    shown = bucket;
  }

  /// Makes room for so many tokens, or more.
  void reserve(int most) {
    if (tokens.length < most) {
      tokens = new int[Math.max(most, 2 * tokens.length)];
      seen = new boolean[tokens.length];
    }
  }

  /// Appends tokens of one bucket.
  void add(int[] source, int from, int length, int bucket) {
    System.arraycopy(source, from, tokens, count, length);
    Arrays.fill(seen, count, count + length, shown == ALL || shown == bucket);
    count += length;
  }

  /// Appends the first tokens of the sequence.
  void addFirst(int length) {
    for (int token = 0; token < length; token++) {
      tokens[count] = token;
      seen[count++] = true;
    }
  }

  int count() {
    return count;
  }

  int token(int index) {
    return tokens[index];
  }

  boolean isSeen(int index) {
    return seen[index];
  }

  /// Bytes of its arrays.
  long bytes() {
    return (Integer.BYTES + 1L) * tokens.length;
  }
}
