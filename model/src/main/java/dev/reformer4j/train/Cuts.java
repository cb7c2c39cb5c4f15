package dev.reformer4j.train;

import java.util.Arrays;

/// Places where a text may be cut so that the bytes of both parts are known.
///
/// @param ids before each, rising; the last is the end
/// @param bytes of text before each
record Cuts(long[] ids, long[] bytes) {
  /// The last place at or before an id.
  long before(long id) {
    return ids[at(id)];
  }

  /// Bytes before a place.
  long bytesBefore(long cut) {
    return bytes[at(cut)];
  }

  private int at(long id) {
    int found = Arrays.binarySearch(ids, id);
    return found >= 0 ? found : -found - 2;
  }

  /// Places that become known one by one.
  static final class Growing {
    private long[] ids = new long[64];
    private long[] bytes = new long[64];
    private int count;

    /// Of two places without an id between them, the later one stays.
    void add(long id, long byteCount) {
      if (count > 0 && ids[count - 1] == id) {
        bytes[count - 1] = byteCount;
        return;
      }
      if (count == ids.length) {
        ids = Arrays.copyOf(ids, 2 * count);
        bytes = Arrays.copyOf(bytes, 2 * count);
      }
      ids[count] = id;
      bytes[count++] = byteCount;
    }

    Cuts done() {
      return new Cuts(Arrays.copyOf(ids, count), Arrays.copyOf(bytes, count));
    }
  }
}
