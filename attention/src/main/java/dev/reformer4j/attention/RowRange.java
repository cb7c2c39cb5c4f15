package dev.reformer4j.attention;

/// The rows of a score tile that matter to a run of queries: `[from, to)` holds every key that any
/// of them sees, and in `[openFrom, openTo)` every one of them sees every key, so that no mask is
/// needed.
///
/// This is where a causal mask saves work instead of costing it: keys and queries of a chunk stand
/// in order of position, so the pairs that the mask would hide form a staircase, and most of it is
/// never computed.
final class RowRange {
  int from;
  int to;
  int openFrom;
  int openTo;

  /// Finds the rows for queries `[q0, q1)` of a tile.
  void find(QueryTile queries, int q0, int q1, KeyTile keys, boolean open) {
    if (!keys.ascending || !queries.ascending) {
      set(0, keys.count, 0, 0);
      return;
    }
    int[] place = keys.sight.place;
    int first = firstAtLeast(place, keys.count, queries.sight.low[q0]);
    int end = firstAbove(place, keys.count, queries.sight.high[q1 - 1]);
    if (!open || end <= first) {
      set(first, Math.max(first, end), first, first);
      return;
    }
    int openFirst = Math.max(first, firstAtLeast(place, keys.count, queries.sight.low[q1 - 1]));
    int openEnd = Math.min(end, firstAtLeast(place, keys.count, queries.openEnd[q0]));
    set(first, end, openFirst, Math.max(openFirst, openEnd));
  }

  boolean isEmpty() {
    return to <= from;
  }

  private void set(int from, int to, int openFrom, int openTo) {
    this.from = from;
    this.to = to;
    this.openFrom = openFrom;
    this.openTo = openTo;
  }

  private static int firstAbove(int[] ascending, int count, int value) {
    return value == Integer.MAX_VALUE ? count : firstAtLeast(ascending, count, value + 1);
  }

  private static int firstAtLeast(int[] ascending, int count, int value) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
