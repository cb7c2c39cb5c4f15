package dev.reformer4j.attention.reference;

import dev.reformer4j.attention.reference.KeyInstance.Sight;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Who meets whom where position alone decides: local and exact attention. There is one round, in
/// original order.
final class WindowPattern {
  private WindowPattern() {}

  /// Local attention: chunks by position; a query sees its chunk and its neighbours.
  ///
  /// @param wrap whether the chunks form a ring, as in Hugging Face, or end at the ends of the
  ///   sequence
  static List<List<KeyInstance>> local(
      int chunk, int before, int after, boolean causal, boolean wrap, boolean[] token) {
    int n = token.length;
    int chunks = Math.ceilDiv(n, chunk);
    List<List<KeyInstance>> all = new ArrayList<>();
    for (int query = 0; query < n; query++) {
      List<KeyInstance> instances = new ArrayList<>();
      for (int offset = -before; offset <= after; offset++) {
        int keyChunk = query / chunk + offset;
        if (n <= chunk) {
          keyChunk = offset; // plain attention: the one chunk, once, whatever the neighbours
        } else if (wrap) {
          keyChunk = Math.floorMod(keyChunk, chunks);
        }
        if (keyChunk >= 0 && keyChunk < chunks) {
          for (int key = keyChunk * chunk; key < Math.min((keyChunk + 1) * chunk, n); key++) {
            boolean visible = token[key] && (!causal || key <= query);
            instances.add(at(key, visible ? Sight.VISIBLE : Sight.MASKED));
          }
        }
      }
      all.add(instances);
    }
    return all;
  }

  /// Exact attention: every query meets every key; shared ones see themselves only if alone.
  static List<List<KeyInstance>> exact(boolean causal, boolean[] token, boolean shared) {
    int n = token.length;
    List<List<KeyInstance>> all = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int query = i;
      all.add(
          IntStream.range(0, n)
              .mapToObj(key -> {
                if (shared && key == query) {
                  return at(key, Sight.SELF);
                }
                boolean visible = token[key] && (!causal || key <= query);
                return at(key, visible ? Sight.VISIBLE : Sight.MASKED);
              })
              .toList());
    }
    return all;
  }

  private static KeyInstance at(int position, Sight sight) {
    return new KeyInstance(0, 0, position, position, sight, 1);
  }
}
