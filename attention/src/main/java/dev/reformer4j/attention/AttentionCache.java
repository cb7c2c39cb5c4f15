package dev.reformer4j.attention;

import java.io.DataOutput;
import java.io.IOException;

/// Attention of one growing sequence, token by token: what it keeps of the past is all that the
/// next token may see. A step gives the row that a pass over the whole sequence would give for its
/// last token, see [LshAttention#newCache] and [LocalAttention#newCache] for how exactly.
///
/// A cache belongs to one thread at a time; caches of several sequences may be stepped side by
/// side.
public abstract sealed class AttentionCache permits LshCache, LocalCache {
  final int heads;
  final int dQk;
  final int dV;
  private final float[] result;
  private int length;

  AttentionCache(int heads, int dQk, int dV) {
    this.heads = heads;
    this.dQk = dQk;
    this.dV = dV;
    this.result = new float[heads * dV];
  }

  /// Takes one token and attends to what it sees. If an argument is refused the cache is as it was.
  ///
  /// Nothing is allocated, but where a window or a list grows.
  ///
  /// @param query `[heads, dQk]`; in LSH attention also the key
  /// @param key `[heads, dQk]`; in LSH attention not read, so give the query again
  /// @param value `[heads, dV]`
  /// @param output `[heads, dV]`, overwritten; may be one of the others
  /// @throws IllegalArgumentException if an array has another length, or a number is not finite
  public final void step(float[] query, float[] key, float[] value, float[] output) {
    checkLength("query", query, dQk);
    checkLength("key", key, dQk);
    checkLength("value", value, dV);
    checkLength("output", output, dV);
    checkRoom();
    attend(query, key, value, result);
    System.arraycopy(result, 0, output, 0, result.length);
    length++;
  }

  /// Tokens taken so far.
  public final int length() {
    return length;
  }

  /// Bytes of memory that it holds; the rotations, which it shares with its attention, not counted.
  public final long bytes() {
    return Float.BYTES * (long) result.length + arrayBytes();
  }

  abstract long arrayBytes();

  /// An independent copy: one beginning, many continuations.
  public abstract AttentionCache copy();

  /// Writes all it keeps, for [LshAttention#readCache] or [LocalAttention#readCache]. Caches of the
  /// same tokens write the same bytes, whether the tokens were filled in or stepped through.
  public abstract void write(DataOutput out) throws IOException;

  /// Takes one token whose arrays have the right lengths: checks their numbers, then changes.
  ///
  /// @param output `[heads, dV]`, overwritten; none of the others
  abstract void attend(float[] query, float[] key, float[] value, float[] output);

  final void addLength(int tokens) {
    length += tokens;
  }

  /// How many tokens a prompt has before its padding, if it is one that can be filled in.
  final int checkPrompt(AttentionInput prompt) {
    if (length > 0) {
      throw new IllegalStateException(
          "the cache holds "
              + length
              + " tokens already; step through the prompt, or fill a new one");
    }
    if (prompt.batch() != 1
        || prompt.heads() != heads
        || prompt.dQk() != dQk
        || prompt.dV() != dV) {
      throw new IllegalArgumentException(
          "queries "
              + prompt.query()
              + " and values "
              + prompt.value()
              + " do not fit this cache; they must be one sequence, ["
              + heads
              + ", n, "
              + dQk
              + "] and ["
              + heads
              + ", n, "
              + dV
              + "]");
    }
    int tokens = prompt.n();
    while (!prompt.isToken(0, tokens - 1)) {
      tokens--;
    }
    for (int token = 0; token < tokens; token++) {
      if (!prompt.isToken(0, token)) {
        throw new IllegalArgumentException(
            "token "
                + token
                + " of the prompt is padding, but token "
                + (tokens - 1)
                + " is not; padding may stand only at the end of what a cache takes");
      }
    }
    checkValues(prompt, tokens);
    return tokens;
  }

  private void checkValues(AttentionInput prompt, int tokens) {
    int n = prompt.n();
    for (int row = 0; row < heads * n; row++) {
      if (row % n < tokens && !isFinite(prompt.value().data(), row * dV, dV)) {
        throw Checks.notFinite("value", prompt.value(), row / n, new int[] {row % n}, 1);
      }
    }
  }

  /// Checks all numbers of one token's vectors.
  final void checkFinite(String name, float[] vectors, int d) {
    for (int head = 0; head < heads; head++) {
      if (!isFinite(vectors, head * d, d)) {
        throw Checks.notFinite(name, vectors, head, d);
      }
    }
  }

  private static boolean isFinite(float[] numbers, int from, int count) {
    float poison = 0;
    for (int i = from; i < from + count; i++) {
      poison += 0 * numbers[i]; // 0 · x is 0, or NaN where x is not finite
    }
    return poison == 0;
  }

  private void checkLength(String name, float[] array, int d) {
    if (array.length != heads * d) {
      throw new IllegalArgumentException(
          name
              + " has "
              + array.length
              + " numbers; this cache was made for "
              + heads
              + " heads of "
              + d
              + ", which is "
              + heads * d);
    }
  }

  private void checkRoom() {
    if (length == Integer.MAX_VALUE) {
      throw new IllegalStateException(
          "the sequence has " + length + " tokens, the most there can be; begin another");
    }
  }
}
