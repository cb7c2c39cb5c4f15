package dev.reformer4j.spark;

import dev.reformer4j.attention.SortedAttention;
import dev.reformer4j.attention.SortedTokens;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;

/// Sorted keys of one head as they come in: enough of them to attend, and after that only as many
/// as the next ones still see. So memory has a bound whatever the length of a sequence.
final class Stretch {
  /// Rows beyond the window that are attended at once, at least: what is computed twice at their
  /// borders is then lost in the rest.
  private static final int LEAST_ROWS = 4096;

  private static final int WINDOWS = 8;

  /// Where results go.
  interface Taker {
    /// Takes what one token got.
    ///
    /// @param row of the arrays
    void take(int position, SortedAttention.Result result, int row);
  }

  private final Rules rules;
  private final SortedAttention attention;
  private final Taker taker;
  private final int before;
  private final int after;
  private final int enough;
  private float[] qk;
  private float[] v;
  private int[] position;
  private int[] bucket;
  private int[] unitStart = new int[LEAST_ROWS];
  private int rows;
  private int units;
  private int next;
  private int ownFrom;
  private int ownTo;

  /// @param taker gets what every row of its own gets
  Stretch(Rules rules, Taker taker) {
    this.rules = rules;
    this.attention = new SortedAttention(rules.config());
    this.taker = taker;
    this.before = rules.sliding() ? rules.tokensBefore() : rules.before();
    this.after = rules.sliding() ? rules.tokensAfter() : rules.after();
    int unit = rules.sliding() ? 1 : rules.chunk();
    this.enough = before + after + Math.max(LEAST_ROWS / unit + 1, (before + after) * WINDOWS);
    allocate(LEAST_ROWS);
    clear();
  }

  private void allocate(int capacity) {
    qk = qk == null ? new float[capacity * rules.dQk()] : Arrays.copyOf(qk, capacity * rules.dQk());
    v = v == null ? new float[capacity * rules.dV()] : Arrays.copyOf(v, capacity * rules.dV());
    position = position == null ? new int[capacity] : Arrays.copyOf(position, capacity);
    bucket = bucket == null ? new int[capacity] : Arrays.copyOf(bucket, capacity);
  }

  private void clear() {
    rows = 0;
    units = 0;
    next = 0;
    ownFrom = -1;
    ownTo = -1;
  }

  /// Takes one row.
  ///
  /// @param tag the same for rows of one round and bucket
  /// @param begins whether it begins a chunk; of no matter with sliding windows
  /// @param own whether its result is wanted
  void add(byte[] payload, int at, int tag, boolean begins, boolean own) {
    if (begins || rules.sliding()) {
      if (units == enough) {
        attend(units - after);
        forget(units - after - before);
      }
      if (units == unitStart.length) {
        unitStart = Arrays.copyOf(unitStart, 2 * units);
      }
      unitStart[units++] = rows;
    }
    if (rows == position.length) {
      allocate(Math.multiplyExact(2, rows));
    }
    Floats.read(payload, 0, rules.dQk(), qk, rows * rules.dQk());
    Floats.read(payload, rules.dQk() * Float.BYTES, rules.dV(), v, rows * rules.dV());
    position[rows] = at;
    bucket[rows] = tag;
    if (own) {
      ownFrom = ownFrom < 0 ? rows : ownFrom;
      ownTo = rows + 1;
    }
    rows++;
  }

  /// Rows that there is room for.
  int capacity() {
    return position.length;
  }

  /// Nothing more comes that these rows could see.
  void end() {
    if (rows > 0) {
      attend(units);
    }
    clear();
  }

  /// Attends for the units before this one that have not been attended for.
  private void attend(int unit) {
    int end = unit == units ? rows : unitStart[unit];
    int from = Math.max(next, ownFrom);
    int to = Math.min(end, ownTo);
    next = end;
    if (ownFrom < 0 || from >= to) {
      return;
    }
    SortedTokens tokens =
        new SortedTokens(
            Tensor.of(Arrays.copyOf(qk, rows * rules.dQk()), rows, rules.dQk()),
            Tensor.of(Arrays.copyOf(v, rows * rules.dV()), rows, rules.dV()),
            Arrays.copyOf(position, rows),
            Arrays.copyOf(bucket, rows),
            rules.sliding() ? new int[0] : Arrays.copyOf(unitStart, units));
    SortedAttention.Result result = attention.forward(tokens, Workers.inline());
    for (int row = from; row < to; row++) {
      taker.take(position[row], result, row);
    }
  }

  /// Forgets the units before this one.
  private void forget(int unit) {
    int first = unitStart[unit];
    System.arraycopy(qk, first * rules.dQk(), qk, 0, (rows - first) * rules.dQk());
    System.arraycopy(v, first * rules.dV(), v, 0, (rows - first) * rules.dV());
    System.arraycopy(position, first, position, 0, rows - first);
    System.arraycopy(bucket, first, bucket, 0, rows - first);
    for (int i = unit; i < units; i++) {
      unitStart[i - unit] = unitStart[i] - first;
    }
    rows -= first;
    units -= unit;
    next -= first;
    ownFrom = ownFrom < 0 ? -1 : Math.max(0, ownFrom - first);
    ownTo = ownTo < 0 ? -1 : Math.max(0, ownTo - first);
  }
}
