package dev.reformer4j.text;

import java.util.Arrays;

/// Collects the tokens of an [Encoding].
final class EncodingBuilder {
  private int[] ids = new int[64];
  private int[] texts = new int[64];
  private int[] begins = new int[64];
  private int[] ends = new int[64];
  private int length;

  /// Adds a token of a text.
  void add(int id, int text, int begin, int end) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, 2 * length);
      texts = Arrays.copyOf(texts, 2 * length);
      begins = Arrays.copyOf(begins, 2 * length);
      ends = Arrays.copyOf(ends, 2 * length);
    }
    ids[length] = id;
    texts[length] = text;
    begins[length] = begin;
    ends[length++] = end;
  }

  /// Adds a special token that comes from no text.
  void addSpecial(int id) {
    add(id, Encoding.SPECIAL, 0, 0);
  }

  /// Everything added.
  Encoding build() {
    return new Encoding(
        Arrays.copyOf(ids, length),
        Arrays.copyOf(texts, length),
        Arrays.copyOf(begins, length),
        Arrays.copyOf(ends, length));
  }
}
