package dev.reformer4j.attention;

/// Fetches rows that lie far apart in memory, before they are worked on.
///
/// Work on one row after the other has but few cache misses under way: what is done with a row
/// fills the processor's window before the next one's are asked for. Reading one number of every
/// cache line of all rows (and the last of each, since rows begin anywhere in a line), and nothing
/// else, has as many under way as the processor can have, and what it fetches is at hand when the
/// work begins. At 65,536 tokens that makes fetching and turning rows, copying and adding them a
/// third faster each, and from 2,048 on forward and backward together some percent; where rows lie
/// in a core's own cache it costs more than it saves, and is left out.
///
/// One thread's.
final class FarRows {
  /// Bytes of one head's queries, keys, values and output that still lie in a core's own cache.
  private static final long NEAR = 1L << 20;

  /// Numbers in a cache line.
  private static final int LINE = 16;

  /// Numbers that are fetched of every row in one go.
  private static final int WIDE = 4 * LINE;

  private final boolean far;

  /// What was read, put where the compiler cannot tell that nobody wants it.
  private int seen;

  /// For the rows of a call.
  FarRows(AttentionData data) {
    long queriesAndKeys = (data.input.isShared() ? 1L : 2L) * data.dQk;
    this.far = (long) Float.BYTES * data.n * (queriesAndKeys + 2L * data.dV) > NEAR;
  }

  /// Fetches rows of d numbers, if they are likely to be far.
  void fetch(float[] rows, int[] offsets, int count, int d) {
    if (!far || areTogether(offsets, count, d)) {
      return;
    }
    int k = 0;
    for (; k + WIDE <= d; k += WIDE) {
      seen += wide(rows, offsets, count, k);
    }
    if (k < d) {
      seen += narrow(rows, offsets, count, k, d);
    }
  }

  /// Fetches 64 numbers of every row. Distances are constant and sums are several, so that few
  /// instructions wait beside the misses: the fewer they are, the more misses the processor's
  /// window holds. A loop over the lines of a row takes a third longer.
  private static int wide(float[] rows, int[] offsets, int count, int column) {
    int first = 0;
    int second = 0;
    int third = 0;
    int fourth = 0;
    int last = 0;
    for (int i = 0; i < count; i++) {
      int from = offsets[i] + column;
      first += Float.floatToRawIntBits(rows[from]);
      second += Float.floatToRawIntBits(rows[from + LINE]);
      third += Float.floatToRawIntBits(rows[from + 2 * LINE]);
      fourth += Float.floatToRawIntBits(rows[from + 3 * LINE]);
      last += Float.floatToRawIntBits(rows[from + WIDE - 1]);
    }
    return first + second + third + fourth + last;
  }

  /// Fetches what is left of rows of d numbers.
  private static int narrow(float[] rows, int[] offsets, int count, int column, int d) {
    int all = 0;
    for (int i = 0; i < count; i++) {
      for (int k = column; k < d; k += LINE) {
        all += Float.floatToRawIntBits(rows[offsets[i] + k]);
      }
      all += Float.floatToRawIntBits(rows[offsets[i] + d - 1]);
    }
    return all;
  }

  /// Whether the processor fetches the rows by itself, most likely: first and last are no further
  /// apart than those of a window are.
  private static boolean areTogether(int[] offsets, int count, int d) {
    return count == 0 || Math.abs((long) offsets[count - 1] - offsets[0]) < 2L * count * d;
  }

  @Override
  public String toString() {
    return far ? "far, last seen " + seen : "near";
  }
}
