package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import java.io.DataOutput;
import java.io.IOException;

/// The cache of a local attention, see [LocalAttention#newCache]: of every head the last chunk ·
/// (before + 1) tokens, among them all that its chunk and those before it hold.
public final class LocalCache extends AttentionCache {
  private static final int KIND = 2;
  private static final String[] SETTINGS = {"heads", "dQk", "dV", "chunk", "chunks before"};

  private final LocalConfig config;
  private final int most;
  private final TokenRing[] rings;
  private final RingSoftmax softmax;
  private final Kernels kernels = Kernels.best();

  LocalCache(LocalConfig config, int heads, int dQk, int dV) {
    this(config, heads, dQk, dV, new TokenRing[heads]);
    for (int head = 0; head < heads; head++) {
      rings[head] = new TokenRing(most, dQk, dV);
    }
  }

  private LocalCache(LocalConfig config, int heads, int dQk, int dV, TokenRing[] rings) {
    super(heads, dQk, dV);
    this.config = config;
    this.most = config.chunk() * (config.before() + 1);
    this.rings = rings;
    this.softmax = new RingSoftmax(dQk, dV);
  }

  /// Takes a whole sequence at once: the same as a [#step] for each of its tokens, without their
  /// outputs, which the pass over it has given.
  ///
  /// @param prompt one sequence; padding may stand at its end, and is left out
  /// @throws IllegalArgumentException if the prompt is a batch, has other heads or vectors or
  ///   padding before a token, or a number is not finite
  /// @throws IllegalStateException if the cache holds tokens
  public void fill(AttentionInput prompt) {
    int tokens = checkPrompt(prompt);
    int n = prompt.n();
    float[] key = prompt.key().data();
    for (int at = 0; at < heads * n; at++) {
      if (at % n < tokens && !hasFiniteSquare(key, at * dQk)) {
        throw Checks.notFinite("key", prompt.key(), at / n, new int[] {at % n}, 1);
      }
    }
    for (int head = 0; head < heads; head++) {
      for (int token = Math.max(0, tokens - most); token < tokens; token++) {
        int at = head * n + token;
        push(head, key, at * dQk, prompt.value().data(), at * dV);
      }
    }
    addLength(tokens);
  }

  @Override
  void attend(float[] query, float[] key, float[] value, float[] output) {
    for (int head = 0; head < heads; head++) {
      checkSquare("query", query, head);
      checkSquare("key", key, head);
    }
    checkFinite("value", value, dV);
    for (TokenRing ring : rings) {
      ring.reserve();
    }
    softmax.reserve(rings[0].count() + 1);
    int position = length();
    int firstChunk = Math.max(0, position / config.chunk() - config.before());
    int seen = position - firstChunk * config.chunk() + 1;
    for (int head = 0; head < heads; head++) {
      push(head, key, head * dQk, value, head * dV);
      int first = rings[head].count() - seen;
      softmax.begin();
      softmax.attendFrom(rings[head], first, query, head * dQk, output, head * dV);
    }
  }

  private void push(int head, float[] key, int keyOffset, float[] value, int valueOffset) {
    rings[head].push(key, keyOffset, UnitKeys.constantScale(dQk), value, valueOffset);
  }

  private void checkSquare(String name, float[] vectors, int head) {
    if (!hasFiniteSquare(vectors, head * dQk)) {
      throw Checks.notFinite(name, vectors, head, dQk);
    }
  }

  private boolean hasFiniteSquare(float[] vectors, int offset) {
    return kernels.dot(vectors, offset, vectors, offset, dQk) < Float.POSITIVE_INFINITY;
  }

  @Override
  long arrayBytes() {
    long bytes = softmax.bytes();
    for (TokenRing ring : rings) {
      bytes += ring.bytes();
    }
    return bytes;
  }

  @Override
  public LocalCache copy() {
    TokenRing[] copies = new TokenRing[heads];
    for (int head = 0; head < heads; head++) {
      copies[head] = rings[head].copy();
    }
    LocalCache copy = new LocalCache(config, heads, dQk, dV, copies);
    copy.addLength(length());
    return copy;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    CacheReader.writeHeader(out, KIND, settings());
    out.writeInt(length());
    for (TokenRing ring : rings) {
      ring.write(out);
    }
  }

  /// Fills this empty cache with what [#write] wrote.
  void read(CacheReader in) throws IOException {
    in.header(KIND, SETTINGS, settings());
    int tokens = in.whole("length", 0, Integer.MAX_VALUE);
    TokenReader token = new TokenReader(in, dQk, dV);
    for (int head = 0; head < heads; head++) {
      for (int at = 0; at < Math.min(tokens, most); at++) {
        token.read();
        push(head, token.key, 0, token.value, 0);
      }
    }
    addLength(tokens);
  }

  private int[] settings() {
    return new int[] {heads, dQk, dV, config.chunk(), config.before()};
  }
}
