package dev.reformer4j.attention;

import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/// The last tokens of one window, oldest first: their keys, values and key scales.
///
/// Keys stand as columns, `[dQk, stride]`, since the scores of one query are then a matrix-vector
/// product that adds in order of k, for many keys at once. A ring begins small and doubles until it
/// holds its window; from then on a new token takes the place of the oldest.
final class TokenRing {
  /// Columns come in runs that are whole vectors on every machine.
  private static final int RUN = 16;

  private final int most;
  private final int dQk;
  private final int dV;
  private float[] keys = {};
  private float[] values = {};
  private float[] scale = {};
  private int stride;
  private int count;
  private int start;

  /// A ring of at most `most` tokens, which must pass [#check].
  TokenRing(int most, int dQk, int dV) {
    this.most = most;
    this.dQk = dQk;
    this.dV = dV;
    resize(Math.min(most, RUN));
  }

  private TokenRing(TokenRing other) {
    this.most = other.most;
    this.dQk = other.dQk;
    this.dV = other.dV;
    this.keys = other.keys.clone();
    this.values = other.values.clone();
    this.scale = other.scale.clone();
    this.stride = other.stride;
    this.count = other.count;
    this.start = other.start;
  }

  /// @throws IllegalArgumentException if the numbers of a full ring do not fit an array
  static void check(int most, int dQk, int dV) {
    if ((most + (long) RUN) * Math.max(dQk, dV) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a window of "
              + most
              + " tokens with vectors of "
              + Math.max(dQk, dV)
              + " numbers is more than one array holds; use a smaller chunk or fewer chunks before");
    }
  }

  /// How many tokens it holds.
  int count() {
    return count;
  }

  /// The slot of the oldest token; those from here to the last slot are older than those before.
  int start() {
    return start;
  }

  /// `[dQk, stride]`, a slot is a column; beyond the last slot there are finite numbers.
  float[] keys() {
    return keys;
  }

  int stride() {
    return stride;
  }

  /// `[slots, dV]`
  float[] values() {
    return values;
  }

  /// `[slots]` the factor of every logit, log₂ e included.
  float[] scale() {
    return scale;
  }

  /// Slots to score: all that are taken, rounded up to whole vectors.
  int columns() {
    return roundUp(count);
  }

  /// The slot of a token, counted from the oldest.
  int slot(int index) {
    int slot = start + index;
    return slot < count ? slot : slot - count;
  }

  /// Makes room for one more token, so that [#push] allocates nothing.
  void reserve() {
    if (count == scale.length && count < most) {
      resize((int) Math.min(most, 2L * count));
    }
  }

  /// Adds a token; a full ring forgets its oldest.
  void push(float[] key, int keyOffset, float keyScale, float[] value, int valueOffset) {
    reserve();
    int slot = count < most ? count++ : forgetOldest();
    for (int k = 0; k < dQk; k++) {
      keys[k * stride + slot] = key[keyOffset + k];
    }
    System.arraycopy(value, valueOffset, values, slot * dV, dV);
    scale[slot] = keyScale;
  }

  private int forgetOldest() {
    int slot = start;
    start = slot + 1 < most ? slot + 1 : 0;
    return slot;
  }

  /// An independent copy.
  TokenRing copy() {
    return new TokenRing(this);
  }

  /// Bytes of its arrays.
  long bytes() {
    return Float.BYTES * ((long) keys.length + values.length + scale.length);
  }

  /// Writes key and value of every token, oldest first, as [TokenReader] takes them.
  void write(DataOutput out) throws IOException {
    for (int index = 0; index < count; index++) {
      int slot = slot(index);
      for (int k = 0; k < dQk; k++) {
        out.writeFloat(keys[k * stride + slot]);
      }
      for (int k = 0; k < dV; k++) {
        out.writeFloat(values[slot * dV + k]);
      }
    }
  }

  /// A growing ring has not turned yet, so its tokens keep their slots.
  private void resize(int slots) {
    int newStride = roundUp(slots);
    float[] newKeys = new float[dQk * newStride];
    for (int k = 0; k < dQk; k++) {
      System.arraycopy(keys, k * stride, newKeys, k * newStride, count);
    }
    values = Arrays.copyOf(values, slots * dV);
    scale = Arrays.copyOf(scale, slots);
    keys = newKeys;
    stride = newStride;
  }

  private static int roundUp(int slots) {
    return (slots + RUN - 1) / RUN * RUN;
  }
}
