package dev.reformer4j.model;

import dev.reformer4j.attention.AttentionCache;
import dev.reformer4j.layer.ReversibleStack;
import java.io.DataInput;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads the cache of a model with suspicion: its blocks must have seen the same tokens, and no
/// more than the model has positions.
record CacheReading(ReformerConfig config, ReversibleStack stack) {
  /// The way out where a cache cannot be read.
  private static final String MAKE_ANOTHER =
      "use one that this model wrote, or extend a new one by the ids";

  /// Fills an empty cache with what [ModelCache#write] wrote.
  ///
  /// @throws IOException if it was written with another configuration, is damaged, or ends early
  ModelCache read(DataInput in, ModelCache cache) throws IOException {
    int begun = readBegun(in);
    if (begun > 0) {
      List<AttentionCache> caches = new ArrayList<>();
      for (ReversibleStack.Block block : stack.blocks()) {
        caches.add(block.attention().readCache(in, Streams.paddedLength(config, begun)));
      }
      checkLengths(caches, begun);
      cache.begin(begun, caches);
    }
    return cache;
  }

  private int readBegun(DataInput in) throws IOException {
    int begun;
    try {
      begun = in.readInt();
    } catch (EOFException e) {
      throw new IOException("the cache ends early; " + MAKE_ANOTHER, e);
    }
    if (begun < 0 || begun > config.maxLength()) {
      throw new IOException(
          "the cache is of a sequence that began with "
              + begun
              + " tokens, but this model has "
              + config.maxLength()
              + " positions; "
              + MAKE_ANOTHER);
    }
    return begun;
  }

  /// Every block has seen the same tokens: those that the sequence began with, and perhaps more.
  private void checkLengths(List<AttentionCache> caches, int begun) throws IOException {
    int length = caches.getFirst().length();
    for (AttentionCache cache : caches) {
      if (cache.length() != length) {
        throw new IOException(
            "the cache is damaged: one block has seen "
                + length
                + " tokens, another "
                + cache.length()
                + "; "
                + MAKE_ANOTHER);
      }
    }
    if (length < begun || length > config.maxLength()) {
      throw new IOException(
          "the cache holds "
              + length
              + " tokens of a sequence that began with "
              + begun
              + ", and this model has "
              + config.maxLength()
              + " positions; "
              + MAKE_ANOTHER);
    }
  }
}
