package dev.reformer4j.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;

/// Some sequences of the data, one after the other: every token of theirs has a number.
final class Sequences implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String[] names;
  private final int[] lengths;
  private final long[] base;
  private final HashMap<String, Integer> index = new HashMap<>();

  /// @param lengths tokens of each
  Sequences(String[] names, int[] lengths) {
    this.names = names;
    this.lengths = lengths;
    this.base = new long[names.length + 1];
    for (int i = 0; i < names.length; i++) {
      base[i + 1] = base[i] + lengths[i];
      index.put(names[i], i);
    }
  }

  int count() {
    return names.length;
  }

  /// The index of a sequence, or −1 if it is none of these.
  int find(String name) {
    return index.getOrDefault(name, -1);
  }

  String name(int sequence) {
    return names[sequence];
  }

  int length(int sequence) {
    return lengths[sequence];
  }

  /// The number of a sequence's first token.
  long base(int sequence) {
    return base[sequence];
  }

  /// Tokens of all.
  long tokens() {
    return base[names.length];
  }

  /// The sequence that a token is of.
  int at(long token) {
    int found = Arrays.binarySearch(base, token);
    return found >= 0 ? found : -found - 2;
  }
}
