package dev.reformer4j.spark;

import java.io.Serializable;
import java.util.Arrays;

/// The keys of every group, cut into cells, and how many there are in each.
///
/// This is what takes the place of sampling: the ranks at all borders of cells are exact, so that
/// partitions know without another look at the data where chunks begin. Cells that hold too many
/// keys are cut further, which by and by cuts a hot bucket at positions; no two keys are alike, so
/// that ends.
final class Cells implements Serializable {
  private static final long serialVersionUID = 1L;

  /// Into how many cells one that is too full is cut.
  private static final int CUT = 64;

  private final int[] firstCell;
  private final long[] firstKey;
  private final long[] endKey;
  private final long[] rank;

  /// @param firstCell `[groups + 1]` number of the first cell of every group
  /// @param firstKey `[cells]` the least key that belongs into it
  /// @param endKey `[groups]` one more than the largest key there may be
  private Cells(int[] firstCell, long[] firstKey, long[] endKey) {
    this.firstCell = firstCell;
    this.firstKey = firstKey;
    this.endKey = endKey;
    this.rank = new long[firstKey.length + 1];
  }

  /// Cells of equal width.
  ///
  /// @param keys `[groups]` how many keys every group has
  /// @param endKey `[groups]` one more than the largest that there may be
  /// @param perCell how many keys a cell should have
  static Cells even(long[] keys, long[] endKey, long perCell) {
    int groups = keys.length;
    int[] first = new int[groups + 1];
    long[] width = new long[groups];
    for (int group = 0; group < groups; group++) {
      long cells = Math.min((keys[group] - 1) / perCell + 1, endKey[group]);
      width[group] = (endKey[group] - 1) / cells + 1;
      first[group + 1] =
          Math.addExact(first[group], Math.toIntExact((endKey[group] - 1) / width[group] + 1));
    }
    long[] firstKey = new long[first[groups]];
    for (int group = 0; group < groups; group++) {
      for (int cell = first[group]; cell < first[group + 1]; cell++) {
        firstKey[cell] = (cell - first[group]) * width[group];
      }
    }
    return new Cells(first, firstKey, endKey);
  }

  /// The same, with those cut that hold more than so many keys; this object if there are none.
  Cells cut(long most) {
    boolean[] full = new boolean[count()];
    int cells = 0;
    for (int cell = 0; cell < full.length; cell++) {
      full[cell] = keys(cell) > most;
      cells += full[cell] ? 1 : 0;
    }
    if (cells == 0) {
      return this;
    }
    int[] first = new int[firstCell.length];
    long[] key = new long[Math.addExact(count(), Math.multiplyExact(cells, CUT - 1))];
    int next = 0;
    for (int group = 0; group < groups(); group++) {
      first[group] = next;
      for (int cell = firstCell[group]; cell < firstCell[group + 1]; cell++) {
        long from = firstKey[cell];
        long end = endKey(cell);
        long width = full[cell] ? (end - from - 1) / CUT + 1 : end - from;
        for (long at = from; at < end; at += width) {
          key[next++] = at;
        }
      }
    }
    first[groups()] = next;
    return new Cells(first, Arrays.copyOf(key, next), endKey);
  }

  int groups() {
    return endKey.length;
  }

  int count() {
    return firstKey.length;
  }

  /// The first cell of a group; of one more than the last group, how many there are.
  int firstOf(int group) {
    return firstCell[group];
  }

  /// The least key that belongs into a cell.
  long firstKey(int cell) {
    return firstKey[cell];
  }

  /// One more than the largest key that may belong into a cell.
  long endKey(int cell) {
    int group = groupOf(cell);
    return cell + 1 < firstCell[group + 1] ? firstKey[cell + 1] : endKey[group];
  }

  /// The group of a cell.
  int groupOf(int cell) {
    int found = Arrays.binarySearch(firstCell, cell);
    return found >= 0 ? found : -found - 2;
  }

  /// The cell of a key.
  int find(int group, long key) {
    int found = Arrays.binarySearch(firstKey, firstCell[group], firstCell[group + 1], key);
    return found >= 0 ? found : -found - 2;
  }

  /// Keeps how many keys were counted in every cell.
  void set(long[] counts) {
    for (int cell = 0; cell < counts.length; cell++) {
      rank[cell + 1] = rank[cell] + counts[cell];
    }
  }

  /// Keys in a cell.
  long keys(int cell) {
    return rank[cell + 1] - rank[cell];
  }

  /// Keys in all cells before this one, those of other groups included.
  long before(int cell) {
    return rank[cell];
  }

  /// The rank of a cell's first key in its group.
  long rank(int group, int cell) {
    return rank[cell] - rank[firstCell[group]];
  }

  /// The last cell of a group that begins at or before a rank.
  int atOrBefore(int group, long wanted) {
    int low = firstCell[group];
    int high = firstCell[group + 1] - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (rank(group, middle) <= wanted) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /// The first cell of a group that begins at or after a rank; the end of its cells if none does.
  int atOrAfter(int group, long wanted) {
    int low = firstCell[group];
    int high = firstCell[group + 1];
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (rank(group, middle) >= wanted) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
