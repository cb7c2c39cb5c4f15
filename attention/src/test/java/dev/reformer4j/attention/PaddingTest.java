package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.LawCase.Kind;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Padding at the end of a sequence is as if it were not there, wherever the definition lets it be.
class PaddingTest {
  static Stream<LawCase> cases() {
    return Stream.concat(LawCase.small(80), LawCase.large(24)).map(PaddingTest::withoutMask);
  }

  static Stream<LawCase> lsh() {
    return cases().filter(law -> law.kind() == Kind.LSH);
  }

  static Stream<LawCase> lshOfSeveralChunks() {
    return lsh().filter(law -> law.input().n() > law.config().chunk());
  }

  static Stream<LawCase> exactAndLocal() {
    return cases()
        .filter(law ->
            law.kind() == Kind.EXACT || (law.kind() == Kind.LOCAL && !law.localConfig().wrap()));
  }

  /// Up to the next multiple of the chunk there is room in the last chunk of every round, so
  /// nothing moves.
  @ParameterizedTest
  @MethodSource("lsh")
  void paddingToTheChunkIsInvisible(LawCase law) {
    LawCase chunked = law.with(law.config().withChunking(Chunking.CHUNKED));
    int chunk = law.config().chunk();
    int n = law.input().n();
    int room = (chunk - n % chunk) % chunk;

    checkPadded(chunked, room);
  }

  @ParameterizedTest
  @MethodSource("lsh")
  void anyPaddingIsInvisibleWhenSliding(LawCase law) {
    checkPadded(law.with(LawCase.sliding(law.config())), 1 + law.random().nextInt(100));
  }

  /// Padding makes more chunks, so what lies beyond the ends of a round changes; where other
  /// buckets are masked, nothing of another round has weight, and a window that is no longer than a
  /// round does not come back to its own.
  @ParameterizedTest
  @MethodSource("lshOfSeveralChunks")
  void anyPaddingIsInvisibleWhereOtherBucketsAre(LawCase law) {
    int chunks = (law.input().n() - 1) / law.config().chunk() + 1;
    LshConfig config =
        law.config()
            .withChunking(Chunking.CHUNKED)
            .withMaskOtherBuckets(true)
            .withRounds(Math.max(2, law.config().rounds()))
            .withNeighbours(
                Math.min(chunks, law.config().before()), Math.min(chunks, law.config().after()));
    LawCase masked = law.with(config);
    int n = law.input().n();

    AttentionResult padded = padded(masked, 1 + law.random().nextInt(100)).forward();

    // Not the log-sum-exp: a token that is alone may meet itself around the end once more.
    Same.rows(
        "output",
        masked.forward().output(),
        padded.output(),
        IntStream.range(0, n).toArray(),
        false);
  }

  /// Unless the window wraps around, since the end of the sequence is then elsewhere.
  @ParameterizedTest
  @MethodSource("exactAndLocal")
  void anyPaddingIsInvisibleToExactAndLocalAttention(LawCase law) {
    checkPadded(law, 1 + law.random().nextInt(100));
  }

  /// Keys in the middle may be padding as well: no weight falls on them.
  @ParameterizedTest
  @MethodSource("cases")
  void noWeightFallsOnPadding(LawCase law) {
    AttentionInput input = law.input();
    Random random = law.random();
    boolean[] mask = new boolean[input.batch() * input.n()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % input.n() == 0 || random.nextInt(3) > 0;
    }
    LawCase masked = law.with(input.withMask(mask));
    Tensor value = Tensor.of(input.value().data().clone(), input.value().shape());
    for (int i = 0; i < value.size(); i++) {
      int token = i / input.dV() % input.n();
      int sequence = i / input.dV() / input.n() / input.heads();
      value.data()[i] = mask[sequence * input.n() + token] ? value.data()[i] : 1e6f;
    }
    AttentionResult other = law.with(LawCase.withValue(input, value).withMask(mask)).forward();

    Same.rows(masked.forward(), other, masked.realTokens().toArray(), true);
  }

  private static void checkPadded(LawCase law, int room) {
    int n = law.input().n();

    AttentionResult result = padded(law, room).forward();

    assertThat(result.output().dim(-2)).isEqualTo(n + room);
    Same.rows(law.forward(), result, IntStream.range(0, n).toArray(), false);
  }

  /// The same with padding behind.
  private static LawCase padded(LawCase law, int room) {
    AttentionInput input = law.input();
    int n = input.n();
    Random random = law.random();
    Tensor query = longer(random, input.query(), room);
    AttentionInput padded =
        input.isShared()
            ? AttentionInput.shared(query, longer(random, input.value(), room))
            : AttentionInput.separate(
                query, longer(random, input.key(), room), longer(random, input.value(), room));
    boolean[] mask = new boolean[input.batch() * (n + room)];
    for (int sequence = 0; sequence < input.batch(); sequence++) {
      Arrays.fill(mask, sequence * (n + room), sequence * (n + room) + n, true);
    }
    return law.with(padded.withMask(mask));
  }

  private static Tensor longer(Random random, Tensor tensor, int room) {
    int n = tensor.dim(-2);
    int d = tensor.dim(-1);
    int[] shape = tensor.shape();
    shape[shape.length - 2] = n + room;
    Tensor longer = LawCase.normal(random, shape);
    for (int row = 0; row < tensor.size() / (n * d); row++) {
      System.arraycopy(tensor.data(), row * n * d, longer.data(), row * (n + room) * d, n * d);
    }
    return longer;
  }

  private static LawCase withoutMask(LawCase law) {
    AttentionInput input = law.input();
    return law.with(
        input.isShared()
            ? AttentionInput.shared(input.query(), input.value())
            : AttentionInput.separate(input.query(), input.key(), input.value()));
  }
}
