package dev.reformer4j.attention;

import java.util.Arrays;

/// The bucket order of one head and round while the sequence grows: the stable sort by bucket, kept
/// as a list of tokens for every bucket.
///
/// A new token is the last of its bucket, so it is appended and nothing moves. Places are found by
/// walking over counts, of pages of buckets first, so that it takes the same time however many
/// tokens there are.
final class GrowingOrder {
  private static final int BITS = 8;
  private static final int PAGE = 1 << BITS;
  private static final int FIRST = 4;

  private final int[] pageCount;
  private final int[][] counts;
  private final int[][][] tokens;
  private int size;

  GrowingOrder(int buckets) {
    int pages = (buckets + PAGE - 1) >>> BITS;
    this.pageCount = new int[pages];
    this.counts = new int[pages][];
    this.tokens = new int[pages][][];
  }

  /// Makes room for one more token of a bucket, so that [#add] allocates nothing.
  void reserve(int bucket) {
    int page = bucket >>> BITS;
    int at = bucket & (PAGE - 1);
    if (counts[page] == null) {
      tokens[page] = new int[PAGE][0];
      counts[page] = new int[PAGE];
    }
    int count = counts[page][at];
    if (count == tokens[page][at].length) {
      tokens[page][at] =
          Arrays.copyOf(tokens[page][at], Math.clamp(2L * count, FIRST, Integer.MAX_VALUE));
    }
  }

  /// Appends the next token.
  void add(int bucket) {
    reserve(bucket);
    int page = bucket >>> BITS;
    int at = bucket & (PAGE - 1);
    tokens[page][at][counts[page][at]++] = size++;
    pageCount[page]++;
  }

  /// The place of the last token of a bucket that holds one.
  int lastPlace(int bucket) {
    int page = bucket >>> BITS;
    int place = -1;
    for (int before = 0; before < page; before++) {
      place += pageCount[before];
    }
    for (int at = 0; at <= (bucket & (PAGE - 1)); at++) {
      place += counts[page][at];
    }
    return place;
  }

  /// Appends tokens at places `[from, to)`, with their buckets, to a window.
  void addTo(Window window, int from, int to) {
    int skip = from;
    int left = to - from;
    for (int page = 0; left > 0; page++) {
      if (skip >= pageCount[page]) {
        skip -= pageCount[page];
        continue;
      }
      for (int at = 0; at < PAGE && left > 0; at++) {
        int count = counts[page][at];
        if (skip >= count) {
          skip -= count;
          continue;
        }
        int taken = Math.min(left, count - skip);
        window.add(tokens[page][at], skip, taken, (page << BITS) + at);
        left -= taken;
        skip = 0;
      }
    }
  }

  /// `[n]` the bucket of every token.
  int[] ids() {
    int[] ids = new int[size];
    for (int page = 0; page < counts.length; page++) {
      for (int at = 0; pageCount[page] > 0 && at < PAGE; at++) {
        for (int i = 0; i < counts[page][at]; i++) {
          ids[tokens[page][at][i]] = (page << BITS) + at;
        }
      }
    }
    return ids;
  }

  /// An independent copy.
  GrowingOrder copy() {
    GrowingOrder copy = new GrowingOrder(counts.length << BITS);
    copy.size = size;
    for (int page = 0; page < counts.length; page++) {
      if (counts[page] != null) {
        copy.pageCount[page] = pageCount[page];
        copy.counts[page] = counts[page].clone();
        copy.tokens[page] = tokens[page].clone();
        for (int at = 0; at < PAGE; at++) {
          copy.tokens[page][at] = tokens[page][at].clone();
        }
      }
    }
    return copy;
  }

  /// Bytes of its arrays, with references of four bytes.
  long bytes() {
    long numbers = 3L * pageCount.length;
    for (int page = 0; page < counts.length; page++) {
      for (int at = 0; counts[page] != null && at < PAGE; at++) {
        numbers += 2 + tokens[page][at].length;
      }
    }
    return Integer.BYTES * numbers;
  }
}
