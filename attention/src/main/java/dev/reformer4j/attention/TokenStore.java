package dev.reformer4j.attention;

import java.util.Arrays;

/// All tokens of a growing sequence: keys, values and key scales of every head, as rows.
final class TokenStore {
  private static final int FIRST = 64;

  private final int dQk;
  private final int dV;
  private final float[][] keys;
  private final float[][] values;
  private final float[][] scale;
  private int capacity;
  private int count;

  TokenStore(int heads, int dQk, int dV) {
    this.dQk = dQk;
    this.dV = dV;
    this.keys = new float[heads][0];
    this.values = new float[heads][0];
    this.scale = new float[heads][0];
  }

  /// How many tokens it holds.
  int count() {
    return count;
  }

  /// `[count, dQk]`
  float[] keys(int head) {
    return keys[head];
  }

  /// `[count, dV]`
  float[] values(int head) {
    return values[head];
  }

  /// `[count]` the factor of every logit, log₂ e included.
  float[] scale(int head) {
    return scale[head];
  }

  /// Makes room for more tokens.
  ///
  /// @throws IllegalStateException if an array cannot hold them
  void reserve(int tokens) {
    if (capacity - count >= tokens) {
      return;
    }
    long most = Integer.MAX_VALUE / Math.max(dQk, dV);
    if (tokens > most - count) {
      throw new IllegalStateException(
          "the cache holds "
              + count
              + " tokens, and "
              + most
              + " with vectors of "
              + Math.max(dQk, dV)
              + " numbers are the most that one array holds; sliding chunking has no such limit");
    }
    int room =
        (int) Math.min(most, Math.max(Math.max(FIRST, 2L * capacity), (long) count + tokens));
    for (int head = 0; head < keys.length; head++) {
      keys[head] = Arrays.copyOf(keys[head], room * dQk);
      values[head] = Arrays.copyOf(values[head], room * dV);
      scale[head] = Arrays.copyOf(scale[head], room);
    }
    capacity = room;
  }

  /// Writes one head of the next token, for which there must be room; [#next] takes it in.
  void put(int head, float[] key, int keyOffset, float keyScale, float[] value, int valueOffset) {
    System.arraycopy(key, keyOffset, keys[head], count * dQk, dQk);
    System.arraycopy(value, valueOffset, values[head], count * dV, dV);
    scale[head][count] = keyScale;
  }

  /// Counts the token that [#put] wrote, in all heads.
  void next() {
    count++;
  }

  /// An independent copy.
  TokenStore copy() {
    TokenStore copy = new TokenStore(keys.length, dQk, dV);
    copy.reserve(count);
    for (int head = 0; head < keys.length; head++) {
      System.arraycopy(keys[head], 0, copy.keys[head], 0, count * dQk);
      System.arraycopy(values[head], 0, copy.values[head], 0, count * dV);
      System.arraycopy(scale[head], 0, copy.scale[head], 0, count);
    }
    copy.count = count;
    return copy;
  }

  /// Bytes of its arrays.
  long bytes() {
    return Float.BYTES * (long) keys.length * capacity * (dQk + dV + 1L);
  }
}
