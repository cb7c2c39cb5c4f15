package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.LawCase.Kind;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Settings under which two definitions are one: LSH attention that leaves nothing out is exact
/// attention, padding does not matter, and neighbours in a batch are strangers.
class IdentitiesTest {
  static Stream<LawCase> cases() {
    return Stream.concat(LawCase.small(80), LawCase.large(24));
  }

  static Stream<LawCase> shared() {
    return lsh().filter(law -> law.input().isShared());
  }

  static Stream<LawCase> lsh() {
    return cases().filter(law -> law.kind() == Kind.LSH);
  }

  static Stream<LawCase> local() {
    return cases().filter(law -> law.kind() == Kind.LOCAL);
  }

  @ParameterizedTest
  @MethodSource("shared")
  void oneChunkEqualsExactAttention(LawCase law) {
    LshConfig oneChunk =
        law.config()
            .withChunking(Chunking.CHUNKED)
            .withChunk(law.input().n() + law.random().nextInt(3));

    Same.numbers(exact(law), law.with(oneChunk).forward());
  }

  /// Each of two chunks sees itself and the other, so whatever the buckets are, every key is met
  /// once.
  @ParameterizedTest
  @MethodSource("shared")
  void twoChunksThatSeeEachOtherEqualExactAttention(LawCase law) {
    LshConfig two =
        law.config()
            .withChunking(Chunking.CHUNKED)
            .withRounds(1)
            .withChunk((law.input().n() + 1) / 2)
            .withNeighbours(1, 0)
            .withMaskOtherBuckets(false);

    Same.numbers(exact(law), law.with(two).forward());
  }

  /// A window around the whole ring meets in every round the keys of all rounds: the weights are
  /// those of exact attention, and the sum of exponentials is rounds² times as large; counted once,
  /// it is not.
  @ParameterizedTest
  @MethodSource("shared")
  void aWindowOverTheWholeRingEqualsExactAttention(LawCase law) {
    int n = law.input().n();
    int chunk = Math.max(1, n / 3);
    int chunks = (n - 1) / chunk + 1;
    int rounds = law.config().rounds();
    LshConfig whole =
        law.config()
            .withChunking(Chunking.CHUNKED)
            .withChunk(chunk)
            .withNeighbours(rounds * chunks - 1, 0)
            .withMaskOtherBuckets(false);

    sameButCountedOften(
        exact(law),
        law.with(whole.withCountOnce(false)).forward(),
        n <= chunk ? 1 : rounds * rounds);
    Same.numbers(exact(law), law.with(whole.withCountOnce(true)).forward());
  }

  /// A rotation of zeros puts every token into bucket 0, and then a window as long as the sequence
  /// holds everything.
  @ParameterizedTest
  @MethodSource("shared")
  void oneBucketEqualsExactAttentionWhenSliding(LawCase law) {
    AttentionInput input = law.input();
    LshConfig config =
        law.config()
            .withBuckets(Buckets.of(4))
            .withChunk(input.n())
            .withNeighbours(1, 1)
            .withChunking(Chunking.SLIDING);
    Rotations zeros = Rotations.of(Tensor.zeros(input.heads(), input.dQk(), config.rounds(), 2));

    AttentionResult often =
        new LshAttention(config.withCountOnce(false), zeros).forward(input, Workers.inline());
    AttentionResult once =
        new LshAttention(config.withCountOnce(true), zeros).forward(input, Workers.inline());

    // A token of padding sees itself alone here, and all tokens in exact attention.
    int[] real = law.realTokens().toArray();
    Same.rows("output", exact(law).output(), often.output(), real, false);
    Same.rows(exact(law), once, real, false);
  }

  @ParameterizedTest
  @MethodSource("local")
  void aLocalWindowOverEverythingEqualsExactAttention(LawCase law) {
    AttentionInput input = law.input();
    AttentionInput separate =
        AttentionInput.separate(
            input.query(),
            Tensor.of(input.key().data().clone(), input.key().shape()),
            input.value());
    AttentionInput all = input.mask().map(separate::withMask).orElse(separate);
    AttentionResult exact =
        new ExactAttention(new ExactConfig(law.config().causal())).forward(all, Workers.inline());
    int chunk = Math.max(1, input.n() / 3);
    int chunks = (input.n() - 1) / chunk + 1;
    for (LocalConfig config :
        new LocalConfig[] {
          new LocalConfig(input.n(), 0, 0, law.config().causal(), false),
          new LocalConfig(input.n() + 5, 1, 1, law.config().causal(), true),
          new LocalConfig(chunk, chunks, chunks, law.config().causal(), false)
        }) {
      Same.numbers(exact, new LocalAttention(config).forward(all, Workers.inline()));
      // Shared tensors are used as they are.
      Same.bits(
          new LocalAttention(config).forward(all, Workers.inline()),
          new LocalAttention(config).forward(input, Workers.inline()));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aSequenceOfABatchEqualsTheSequenceAlone(LawCase law) {
    AttentionInput input = law.input();
    AttentionResult together = law.forward();
    Gradients gradients = law.backward();
    int heads = input.heads();
    for (int sequence = 0; sequence < input.batch(); sequence++) {
      LawCase alone = alone(law, sequence);
      AttentionResult result = alone.forward();
      Gradients own = alone.backward();
      for (int head = 0; head < heads; head++) {
        int row = sequence * heads + head;
        Same.bits(
            "output", LawCase.row(together.output(), row), LawCase.row(result.output(), head));
        Same.bits(
            "query gradient", LawCase.row(gradients.query(), row), LawCase.row(own.query(), head));
        Same.bits(
            "value gradient", LawCase.row(gradients.value(), row), LawCase.row(own.value(), head));
      }
    }
  }

  /// The first head does not know of the others; seeded rotations do not either.
  @ParameterizedTest
  @MethodSource("cases")
  void theFirstHeadEqualsTheHeadAlone(LawCase law) {
    AttentionInput first = alone(law, 0).input();
    AttentionInput input =
        first.isShared()
            ? AttentionInput.shared(LawCase.row(first.query(), 0), LawCase.row(first.value(), 0))
            : AttentionInput.separate(
                LawCase.row(first.query(), 0),
                LawCase.row(first.key(), 0),
                LawCase.row(first.value(), 0));
    if (first.mask().isPresent()) {
      input = input.withMask(first.mask().get());
    }
    Same.bits(
        "output",
        LawCase.row(law.forward().output(), 0),
        LawCase.row(law.with(input).forward().output(), 0));
  }

  private static LawCase alone(LawCase law, int sequence) {
    AttentionInput input = law.input();
    Tensor query = sequence(input.query(), sequence);
    Tensor value = sequence(input.value(), sequence);
    AttentionInput alone =
        input.isShared()
            ? AttentionInput.shared(query, value)
            : AttentionInput.separate(query, sequence(input.key(), sequence), value);
    if (input.mask().isPresent()) {
      int from = sequence * input.n();
      alone = alone.withMask(Arrays.copyOfRange(input.mask().get(), from, from + input.n()));
    }
    return new LawCase(
        law.kind(), law.seed(), law.config(), alone, sequence(law.outputGradient(), sequence));
  }

  private static Tensor sequence(Tensor tensor, int sequence) {
    int size = tensor.size() / tensor.dim(0);
    int[] shape = tensor.shape();
    shape[0] = 1;
    return Tensor.of(
        Arrays.copyOfRange(tensor.data(), sequence * size, (sequence + 1) * size), shape);
  }

  private static AttentionResult exact(LawCase law) {
    return new ExactAttention(new ExactConfig(law.config().causal()))
        .forward(law.input(), Workers.inline());
  }

  private static void sameButCountedOften(AttentionResult exact, AttentionResult often, int times) {
    Same.numbers("output", exact.output(), often.output());
    float[] expected = exact.logSumExp().data();
    float[] actual = often.logSumExp().data();
    assertThat(actual).hasSameSizeAs(expected);
    IntStream.range(0, expected.length)
        .forEach(i -> Same.number("logSumExp", i, expected[i] + Math.log(times), actual[i], 1));
  }
}
