package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import java.io.DataOutput;
import java.io.IOException;

/// The cache of an LSH attention, see [LshAttention#newCache].
public abstract sealed class LshCache extends AttentionCache permits SlidingCache, ChunkedCache {
  private static final String[] SETTINGS = {
    "heads",
    "dQk",
    "dV",
    "rounds",
    "chunk",
    "chunks before",
    "mask of other buckets",
    "rotations of fingerprint"
  };

  final LshConfig config;
  final StepHashing hashing;
  final Kernels kernels = Kernels.best();

  /// `[heads]` what gives the new token's keys unit length.
  final float[] scale;

  private final float[] panel;
  private final float[] squares = new float[Kernels.PANEL];
  private final int[] offsets = new int[Kernels.PANEL];

  LshCache(LshConfig config, StepHashing hashing, int heads, int dQk, int dV) {
    super(heads, dQk, dV);
    this.config = config;
    this.hashing = hashing;
    this.scale = new float[heads];
    this.panel = new float[Kernels.panelSize(dQk)];
  }

  /// Takes a whole sequence at once: the same as a [#step] for each of its tokens, without their
  /// outputs, which the pass over it has given.
  ///
  /// @param prompt one sequence; padding may stand at its end, and is left out
  /// @param hashes of the prompt, by the attention that this cache is of
  /// @throws IllegalArgumentException if the prompt is a batch, has other heads or vectors or
  ///   padding before a token, the hashes do not belong to it, or a number is not finite
  /// @throws IllegalStateException if the cache holds tokens
  public final void fill(AttentionInput prompt, Hashes hashes) {
    int tokens = checkPrompt(prompt);
    if (!prompt.isShared()) {
      throw new IllegalArgumentException(
          "the prompt has separate queries and keys, but a cache of LSH attention shares them;"
              + " make it by AttentionInput.shared");
    }
    hashes.checkMadeFor(prompt, config);
    take(prompt, hashes, tokens);
    addLength(tokens);
  }

  /// Takes the first `tokens` tokens of a prompt, which has passed all checks.
  abstract void take(AttentionInput prompt, Hashes hashes, int tokens);

  /// Fills this empty cache with what [#write] wrote.
  abstract void read(CacheReader in) throws IOException;

  /// Checks the numbers of a token, and measures its keys.
  final void measure(float[] query, float[] value) {
    for (int head = 0; head < heads; head += Kernels.PANEL) {
      int count = Math.min(Kernels.PANEL, heads - head);
      for (int i = 0; i < count; i++) {
        offsets[i] = (head + i) * dQk;
      }
      kernels.transposeToSlabs(query, offsets, count, dQk, panel, 0, dQk);
      kernels.sumOfSquares(panel, dQk, squares);
      for (int i = 0; i < count; i++) {
        if (!(squares[i] < Float.POSITIVE_INFINITY)) {
          throw Checks.notFinite("query/key", query, head + i, dQk);
        }
        scale[head + i] = UnitKeys.scale(squares[i], dQk);
      }
    }
    checkFinite("value", value, dV);
  }

  final void writeHeader(DataOutput out, int kind) throws IOException {
    CacheReader.writeHeader(out, kind, settings());
    out.writeInt(length());
  }

  final void readHeader(CacheReader in, int kind) throws IOException {
    in.header(kind, SETTINGS, settings());
    addLength(in.whole("length", 0, Integer.MAX_VALUE));
  }

  private int[] settings() {
    return new int[] {
      heads,
      dQk,
      dV,
      config.rounds(),
      config.chunk(),
      config.before(),
      config.maskOtherBuckets() ? 1 : 0,
      hashing.fingerprint()
    };
  }

  /// Bytes of what this class holds.
  final long commonBytes() {
    return hashing.bytes()
        + Float.BYTES * ((long) scale.length + panel.length + 2L * Kernels.PANEL);
  }
}
