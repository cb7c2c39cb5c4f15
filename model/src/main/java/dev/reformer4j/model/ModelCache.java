package dev.reformer4j.model;

import dev.reformer4j.attention.AttentionCache;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/// What a model keeps of one growing sequence: for every block what its attention may still look
/// at. [Reformer#extend] makes it grow; nothing else changes it.
///
/// With local attention and sliding windows it stops growing once all windows are full; with
/// chunked LSH attention it holds every token.
public final class ModelCache {
  private final CachedPass maker;
  private int begun;
  private List<AttentionCache> caches = List.of();
  private boolean broken;

  /// @param maker who alone makes it grow
  ModelCache(CachedPass maker) {
    this.maker = maker;
  }

  boolean isOf(CachedPass other) {
    return maker == other;
  }

  /// Makes it the cache of a sequence that begins with `n` tokens.
  void begin(int n, List<? extends AttentionCache> empty) {
    begun = n;
    caches = List.copyOf(empty);
  }

  /// Says that its blocks may have seen different tokens.
  void breakOff() {
    broken = true;
  }

  /// @throws IllegalStateException if a call that should have made it grow failed half-way
  void checkWhole() {
    if (broken) {
      throw new IllegalStateException(
          "the call that should have made this cache grow was interrupted or failed, so it holds"
              + " half a token; go on with a copy() made before, or extend a new one by the ids");
    }
  }

  /// Tokens so far.
  public int length() {
    return caches.isEmpty() ? 0 : caches.getFirst().length();
  }

  /// Bytes of memory that it holds.
  public long bytes() {
    return caches.stream().mapToLong(AttentionCache::bytes).sum();
  }

  /// An independent copy: one beginning, many continuations.
  ///
  /// @throws IllegalStateException if a call that should have made it grow failed half-way
  public ModelCache copy() {
    checkWhole();
    ModelCache copy = new ModelCache(maker);
    copy.begin(begun, caches.stream().map(AttentionCache::copy).toList());
    return copy;
  }

  /// Writes all it keeps, for [Reformer#readCache].
  ///
  /// @throws IllegalStateException if a call that should have made it grow failed half-way
  public void write(DataOutput out) throws IOException {
    checkWhole();
    out.writeInt(begun);
    for (AttentionCache cache : caches) {
      cache.write(out);
    }
  }

  /// The cache of every block; empty before the first token.
  List<AttentionCache> blocks() {
    return caches;
  }
}
