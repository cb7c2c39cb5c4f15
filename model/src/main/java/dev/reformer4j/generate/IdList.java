package dev.reformer4j.generate;

import java.util.Arrays;

/// Token ids in a row, which grows.
final class IdList {
  private int[] ids = new int[16];
  private int size;

  int size() {
    return size;
  }

  int get(int i) {
    return ids[i];
  }

  void add(int... more) {
    if (more.length > ids.length - size) {
      ids = Arrays.copyOf(ids, Math.max(size + more.length, size + size / 2));
    }
    System.arraycopy(more, 0, ids, size, more.length);
    size += more.length;
  }

  IdList copy() {
    IdList copied = new IdList();
    copied.add(from(0));
    return copied;
  }

  void truncate(int newSize) {
    size = newSize;
  }

  /// A copy of those from `start` on.
  int[] from(int start) {
    return Arrays.copyOfRange(ids, start, size);
  }
}
