package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A step equals the full pass, however the sequence was cut into prompt and steps.
class AttentionCacheTest {
  static Stream<CacheCase> cases() {
    return CacheCase.first(24);
  }

  /// Those whose full pass lets no token depend on later ones.
  static Stream<CacheCase> prefixStable() {
    return cases().filter(law -> law.kind() != CacheCase.Kind.CHUNKED);
  }

  @ParameterizedTest
  @MethodSource("prefixStable")
  void everyStepHasTheBitsOfTheFullPass(CacheCase law) {
    Tensor whole = law.forward();

    Tensor steps = law.steps(law.newCache(), 0, law.n());

    int[] tokens = IntStream.range(0, law.n()).toArray();
    Same.rows("output", whole, steps, tokens, true);
  }

  /// Windows of many blocks, which one batch of the full pass still holds.
  @ParameterizedTest
  @MethodSource("prefixStableKinds")
  void stepsOverWideWindowsHaveTheBitsOfTheFullPass(CacheCase.Kind kind) {
    CacheCase law = wide(kind, 2600, 700);

    Tensor steps = law.steps(law.newCache(), 0, law.n());

    Same.rows("output", law.forward(), steps, IntStream.range(0, law.n()).toArray(), true);
  }

  /// The full pass cuts still wider ones into batches.
  @ParameterizedTest
  @MethodSource("prefixStableKinds")
  void stepsOverTheWidestWindowsEqualTheFullPassButForRounding(CacheCase.Kind kind) {
    CacheCase law = wide(kind, 3000, 2200);

    Tensor steps = law.steps(law.filled(2500), 2500, law.n());

    Tensor last = LawCase.tokens(law.forward(), 2500, law.n());
    Same.rows("output", last, steps, IntStream.range(0, law.n() - 2500).toArray(), false);
  }

  static Stream<CacheCase.Kind> prefixStableKinds() {
    return Stream.of(CacheCase.Kind.SLIDING, CacheCase.Kind.LOCAL);
  }

  private static CacheCase wide(CacheCase.Kind kind, int n, int chunk) {
    CacheCase law = CacheCase.of(kind, 4);
    LshConfig config =
        law.config()
            .withBuckets(Buckets.of(2))
            .withChunk(chunk)
            .withNeighbours(kind == CacheCase.Kind.SLIDING ? 2 : 1, 0);
    Tensor query = LawCase.normal(law.random(), 1, n, 7);
    Tensor value = LawCase.normal(law.random(), 1, n, 9);
    return law.with(config).with(AttentionInput.shared(query, value));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aFilledCacheIsTheSteppedOne(CacheCase law) {
    int prompt = law.random().nextInt(law.n() + 1);
    AttentionCache stepped = law.newCache();
    law.steps(stepped, 0, prompt);

    AttentionCache filled = law.filled(prompt);

    assertThat(filled.length()).isEqualTo(prompt);
    assertThat(CacheCase.write(filled)).isEqualTo(CacheCase.write(stepped));
    Same.bits("output", law.steps(stepped, prompt, law.n()), law.steps(filled, prompt, law.n()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void paddingAtTheEndOfAPromptIsLeftOut(CacheCase law) {
    int prompt = 1 + law.random().nextInt(law.n());
    boolean[] mask = new boolean[law.n()];
    for (int token = 0; token < prompt; token++) {
      mask[token] = true;
    }
    AttentionCache padded = law.newCache();

    law.fill(padded, law.input().withMask(mask));

    assertThat(CacheCase.write(padded)).isEqualTo(CacheCase.write(law.filled(prompt)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aCopyGoesItsOwnWay(CacheCase law) {
    int prompt = law.random().nextInt(law.n());
    AttentionCache one = law.filled(prompt);
    AttentionCache other = one.copy();
    byte[] before = CacheCase.write(one);

    Tensor expected = law.steps(other, prompt, law.n());

    assertThat(CacheCase.write(one)).isEqualTo(before);
    Same.bits("output", expected, law.steps(one, prompt, law.n()));
    assertThat(CacheCase.write(other)).isEqualTo(CacheCase.write(one));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsWrittenIsReadBack(CacheCase law) throws IOException {
    int prompt = law.random().nextInt(law.n());
    AttentionCache cache = law.filled(prompt);

    AttentionCache read = law.read(CacheCase.write(cache));

    assertThat(read.length()).isEqualTo(prompt);
    assertThat(CacheCase.write(read)).isEqualTo(CacheCase.write(cache));
    Same.bits("output", law.steps(cache, prompt, law.n()), law.steps(read, prompt, law.n()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theOutputMayBeTheValue(CacheCase law) {
    AttentionCache one = law.newCache();
    AttentionCache other = law.newCache();
    for (int token = 0; token < Math.min(20, law.n()); token++) {
      float[] value = CacheCase.of(law.input().value(), token);
      other.step(
          CacheCase.of(law.input().query(), token),
          CacheCase.of(law.input().key(), token),
          value,
          value);
      Same.bits("output", law.step(one, token), value);
    }
    assertThat(CacheCase.write(other)).isEqualTo(CacheCase.write(one));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aTokenThatIsRefusedChangesNothing(CacheCase law) {
    Random random = law.random();
    AttentionCache cache = law.filled(law.n() - 1);
    byte[] before = CacheCase.write(cache);
    float[][] vectors = {
      CacheCase.of(law.input().query(), law.n() - 1),
      CacheCase.of(law.input().key(), law.n() - 1),
      CacheCase.of(law.input().value(), law.n() - 1)
    };
    int which = law.input().isShared() ? 2 * random.nextInt(2) : random.nextInt(3);
    float[] bad = vectors[which];
    int at = random.nextInt(bad.length);
    bad[at] = random.nextBoolean() ? Float.NaN : Float.NEGATIVE_INFINITY;
    float[] output = new float[law.input().heads() * law.input().dV()];

    int d = bad.length / law.input().heads();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.step(vectors[0], vectors[1], vectors[2], output))
        .withMessageEndingWith(
            "vector of head %d holds %s at index %d; every number must be finite",
            at / d, bad[at], at % d);
    assertThat(CacheCase.write(cache)).isEqualTo(before);
    assertThat(output).containsOnly(0);
  }
}
