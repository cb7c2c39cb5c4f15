package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// An attention that can go token by token, and a sequence for it; every size drawn from a seed, so
/// that windows, widths and heads end beside the borders of vectors and blocks.
///
/// @param input one sequence
record CacheCase(Kind kind, long seed, LshConfig config, AttentionInput input) {
  /// The caches.
  enum Kind {
    SLIDING,
    LOCAL,
    CHUNKED
  }

  private static final int[] WIDTHS = {1, 5, 16, 33, 64};
  private static final int[] HEADS = {1, 3, 5};
  private static final int[][] FACTORS = {{2}, {4, 6}, {2, 2, 2}, {16}};

  static Stream<CacheCase> first(int count) {
    return LongStream.range(0, count)
        .boxed()
        .flatMap(seed -> Stream.of(Kind.values()).map(kind -> of(kind, seed)));
  }

  static CacheCase of(Kind kind, long seed) {
    Random random = new Random(31 * seed + kind.name().hashCode());
    LshConfig config =
        LshConfig.defaults()
            .withRounds(1 + random.nextInt(4))
            .withBuckets(Buckets.of(pick(random, FACTORS)))
            .withChunk(1 + random.nextInt(random.nextBoolean() ? 8 : 90))
            .withNeighbours(random.nextInt(3) + (kind == Kind.SLIDING ? 1 : 0), 0)
            .withCausal(true)
            .withChunking(kind == Kind.SLIDING ? Chunking.SLIDING : Chunking.CHUNKED)
            .withMaskOtherBuckets(random.nextBoolean());
    int n = 1 + random.nextInt(300);
    return new CacheCase(kind, seed, config, input(kind, random, n));
  }

  private static AttentionInput input(Kind kind, Random random, int n) {
    int heads = HEADS[random.nextInt(HEADS.length)];
    int dQk = WIDTHS[random.nextInt(WIDTHS.length)];
    int dV = WIDTHS[random.nextInt(WIDTHS.length)];
    Tensor query = LawCase.normal(random, heads, n, dQk);
    Tensor value = LawCase.normal(random, heads, n, dV);
    return kind == Kind.LOCAL && random.nextInt(4) > 0
        ? AttentionInput.separate(query, LawCase.normal(random, heads, n, dQk), value)
        : AttentionInput.shared(query, value);
  }

  private static int[] pick(Random random, int[][] choices) {
    return choices[random.nextInt(choices.length)];
  }

  CacheCase with(LshConfig other) {
    return new CacheCase(kind, seed, other, input);
  }

  CacheCase with(AttentionInput other) {
    return new CacheCase(kind, seed, config, other);
  }

  int n() {
    return input.n();
  }

  Random random() {
    return new Random(seed);
  }

  private LshAttention lsh() {
    return new LshAttention(config, Rotations.seeded(seed));
  }

  private LocalAttention local() {
    return new LocalAttention(
        new LocalConfig(config.chunk(), config.before(), config.after(), config.causal(), false));
  }

  AttentionCache newCache() {
    return kind == Kind.LOCAL
        ? local().newCache(input.heads(), input.dQk(), input.dV())
        : lsh().newCache(input.heads(), input.dQk(), input.dV());
  }

  AttentionCache read(byte[] written) throws IOException {
    DataInput in = new DataInputStream(new ByteArrayInputStream(written));
    return kind == Kind.LOCAL
        ? local().readCache(in, input.heads(), input.dQk(), input.dV())
        : lsh().readCache(in, input.heads(), input.dQk(), input.dV());
  }

  static byte[] write(AttentionCache cache) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      cache.write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  /// `[heads, n, dV]` of the full pass.
  Tensor forward() {
    return kind == Kind.LOCAL
        ? local().forward(input, Workers.inline()).output()
        : lsh().forward(input, Workers.inline()).output();
  }

  Hashes hashes() {
    return lsh().hash(input, Workers.inline());
  }

  /// A cache of the first tokens, filled in at once.
  AttentionCache filled(int tokens) {
    AttentionCache cache = newCache();
    if (tokens > 0) {
      fill(cache, LawCase.tokens(input, 0, tokens));
    }
    return cache;
  }

  void fill(AttentionCache cache, AttentionInput prompt) {
    switch (cache) {
      case LshCache lsh -> lsh.fill(prompt, lsh().hash(prompt, Workers.inline()));
      case LocalCache local -> local.fill(prompt);
    }
  }

  /// Steps through tokens `[from, to)`.
  ///
  /// @return their outputs, `[heads, to − from, dV]`
  Tensor steps(AttentionCache cache, int from, int to) {
    Tensor output = Tensor.zeros(input.heads(), to - from, input.dV());
    for (int token = from; token < to; token++) {
      float[] row = step(cache, token);
      for (int head = 0; head < input.heads(); head++) {
        System.arraycopy(
            row,
            head * input.dV(),
            output.data(),
            (head * (to - from) + token - from) * input.dV(),
            input.dV());
      }
    }
    return output;
  }

  /// The output `[heads, dV]` of one step.
  float[] step(AttentionCache cache, int token) {
    float[] output = new float[input.heads() * input.dV()];
    cache.step(of(input.query(), token), of(input.key(), token), of(input.value(), token), output);
    return output;
  }

  /// One token of all heads, `[heads, d]`.
  static float[] of(Tensor tensor, int token) {
    return LawCase.tokens(tensor, token, token + 1).data();
  }

  @Override
  public String toString() {
    return "%s, seed %d: %s, %s %s values %s"
        .formatted(
            kind,
            seed,
            config,
            input.isShared() ? "shared" : "separate",
            input.query(),
            input.value());
  }
}
