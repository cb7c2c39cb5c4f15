package dev.reformer4j.attention;

import dev.reformer4j.attention.reference.RandomCase;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// One of the attentions with a random input: what a law that holds for all of them is stated over.
/// A failing test prints the kind and the seed, from which [#of] makes the same case again.
///
/// @param kind which attention
/// @param seed what it was drawn from
/// @param config of the LSH attention; the others take from it what they know
/// @param input what it attends over
/// @param outputGradient of the shape of the output
record LawCase(
    Kind kind, long seed, LshConfig config, AttentionInput input, Tensor outputGradient) {
  /// The attentions.
  enum Kind {
    LSH,
    LOCAL,
    EXACT
  }

  /// Every attention over small inputs of seeds 0 … count − 1.
  static Stream<LawCase> small(int count) {
    return RandomCase.first(count).flatMap(LawCase::ofEveryKind);
  }

  /// Every attention over inputs of up to 400 tokens.
  static Stream<LawCase> large(int count) {
    return RandomCase.large(count).flatMap(LawCase::ofEveryKind);
  }

  /// Every attention over inputs so long that several threads share a head: up to 9,000 tokens,
  /// 4,000 where all pairs count.
  static Stream<LawCase> shared(int count) {
    return LongStream.range(0, count)
        .boxed()
        .flatMap(seed -> Arrays.stream(Kind.values()).map(kind -> longCase(kind, seed)));
  }

  private static Stream<LawCase> ofEveryKind(RandomCase random) {
    return Arrays.stream(Kind.values()).map(kind -> of(kind, random));
  }

  static LawCase of(Kind kind, RandomCase random) {
    AttentionInput input = random.input();
    Tensor gradient = Tensor.of(random.outputGradient(), input.value().shape());
    return new LawCase(kind, random.seed(), random.config(), input, gradient);
  }

  private static LawCase longCase(Kind kind, long seed) {
    Random random = new Random(seed);
    int n = kind == Kind.EXACT ? 3000 + random.nextInt(1000) : 7000 + random.nextInt(2000);
    int heads = 1 + random.nextInt(2);
    Tensor qk = normal(random, heads, n, 9);
    Tensor value = normal(random, heads, n, 11);
    AttentionInput input =
        seed % 3 == 2
            ? AttentionInput.separate(qk, normal(random, heads, n, 9), value)
            : AttentionInput.shared(qk, value);
    if (seed % 2 == 0) {
      boolean[] mask = new boolean[n];
      for (int i = 0; i < n; i++) {
        mask[i] = i == 0 || random.nextInt(8) > 0;
      }
      input = input.withMask(mask);
    }
    LshConfig config =
        LshConfig.defaults()
            .withRounds(1 + random.nextInt(3))
            .withBuckets(Buckets.of(8, 4 + 2 * random.nextInt(3)))
            .withChunk(20 + random.nextInt(100))
            .withNeighbours(1, random.nextInt(2))
            .withCausal(seed % 5 < 2)
            .withChunking(seed % 2 == 0 ? Chunking.CHUNKED : Chunking.SLIDING)
            .withMaskOtherBuckets(seed % 4 > 1)
            .withCountOnce(seed % 8 > 3);
    return new LawCase(kind, seed, config, input, normal(random, heads, n, 11));
  }

  static Tensor normal(Random random, int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.data()[i] = (float) random.nextGaussian();
    }
    return tensor;
  }

  LawCase with(LshConfig other) {
    return new LawCase(kind, seed, other, input, outputGradient);
  }

  LawCase with(AttentionInput other) {
    return new LawCase(kind, seed, config, other, outputGradient);
  }

  /// The same with sliding windows, which need at least one chunk to see.
  static LshConfig sliding(LshConfig config) {
    return config
        .withNeighbours(Math.max(1, config.before()), config.after())
        .withChunking(Chunking.SLIDING);
  }

  /// The same with a causal mask, under which a sliding window needs at least one chunk before.
  static LshConfig causal(LshConfig config) {
    return config
        .withNeighbours(
            config.chunking() == Chunking.SLIDING ? Math.max(1, config.before()) : config.before(),
            config.after())
        .withCausal(true);
  }

  /// Random numbers that go with this case.
  Random random() {
    return new Random(31 * seed + kind.name().hashCode());
  }

  LocalConfig localConfig() {
    return new LocalConfig(
        config.chunk(), config.before(), config.after(), config.causal(), seed % 2 == 0);
  }

  private LshAttention lsh() {
    return new LshAttention(config, Rotations.seeded(seed));
  }

  AttentionResult forward() {
    return forward(Workers.inline());
  }

  AttentionResult forward(Workers workers) {
    return switch (kind) {
      case LSH -> lsh().forward(input, workers);
      case LOCAL -> new LocalAttention(localConfig()).forward(input, workers);
      case EXACT -> new ExactAttention(new ExactConfig(config.causal())).forward(input, workers);
    };
  }

  Gradients backward(AttentionResult result, Tensor gradient, Workers workers) {
    return switch (kind) {
      case LSH -> lsh().backward(input, (LshResult) result, gradient, workers);
      case LOCAL -> new LocalAttention(localConfig()).backward(input, result, gradient, workers);
      case EXACT ->
          new ExactAttention(new ExactConfig(config.causal()))
              .backward(input, result, gradient, workers);
    };
  }

  Gradients backward() {
    return backward(forward(), outputGradient, Workers.inline());
  }

  /// The same input with other queries (and keys, if they are shared).
  static AttentionInput withQuery(AttentionInput input, Tensor query) {
    return masked(
        input,
        input.isShared()
            ? AttentionInput.shared(query, input.value())
            : AttentionInput.separate(query, input.key(), input.value()));
  }

  static AttentionInput withValue(AttentionInput input, Tensor value) {
    return masked(
        input,
        input.isShared()
            ? AttentionInput.shared(input.query(), value)
            : AttentionInput.separate(input.query(), input.key(), value));
  }

  private static AttentionInput masked(AttentionInput old, AttentionInput made) {
    return old.mask().map(made::withMask).orElse(made);
  }

  /// The tokens `[from, to)` of every sequence, alone.
  static AttentionInput tokens(AttentionInput input, int from, int to) {
    Tensor query = tokens(input.query(), from, to);
    Tensor value = tokens(input.value(), from, to);
    AttentionInput cut =
        input.isShared()
            ? AttentionInput.shared(query, value)
            : AttentionInput.separate(query, tokens(input.key(), from, to), value);
    if (input.mask().isEmpty()) {
      return cut;
    }
    boolean[] mask = new boolean[input.batch() * (to - from)];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = input.isToken(i / (to - from), from + i % (to - from));
    }
    return cut.withMask(mask);
  }

  /// `[…, to − from, d]`
  static Tensor tokens(Tensor tensor, int from, int to) {
    int n = tensor.dim(-2);
    int d = tensor.dim(-1);
    int[] shape = tensor.shape();
    shape[shape.length - 2] = to - from;
    Tensor cut = Tensor.zeros(shape);
    for (int row = 0; row < tensor.size() / (n * d); row++) {
      System.arraycopy(
          tensor.data(), (row * n + from) * d, cut.data(), row * (to - from) * d, (to - from) * d);
    }
    return cut;
  }

  /// One row (sequence and head) of a tensor `[batch, heads, n, d]`, as `[1, n, d]`.
  static Tensor row(Tensor tensor, int row) {
    int size = tensor.dim(-2) * tensor.dim(-1);
    return Tensor.of(
        Arrays.copyOfRange(tensor.data(), row * size, (row + 1) * size),
        1,
        tensor.dim(-2),
        tensor.dim(-1));
  }

  /// The positions that hold tokens, in every sequence.
  IntStream realTokens() {
    return IntStream.range(0, input.n())
        .filter(token ->
            IntStream.range(0, input.batch()).allMatch(sequence -> input.isToken(sequence, token)));
  }

  @Override
  public String toString() {
    return "%s, seed %d: %s, %s %s%s"
        .formatted(
            kind,
            seed,
            config,
            input.isShared() ? "shared" : "separate",
            input.query(),
            input.mask().isPresent() ? ", padded" : "");
  }
}
