package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.reformer4j.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What cannot go token by token, and what does not fit a cache, is refused with the way out.
class CacheSettingsTest {
  private static final LshConfig CONFIG =
      LshConfig.defaults().withCausal(true).withBuckets(Buckets.of(8)).withChunk(4);
  private static final LocalConfig LOCAL = LocalConfig.defaults().withCausal(true);

  @ParameterizedTest
  @EnumSource(Chunking.class)
  void aCacheKnowsOnlyThePast(Chunking chunking) {
    LshConfig config = CONFIG.withChunking(chunking);
    assertRefused(config.withCausal(false), "looks both ways", "use a causal one");
    assertRefused(config.withNeighbours(1, 2), "looks at 2 chunks after", "use 0 after");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LocalAttention(LOCAL.withCausal(false)).newCache(1, 1, 1))
        .withMessageContaining("looks both ways");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LocalAttention(LOCAL.withNeighbours(0, 1)).newCache(1, 1, 1))
        .withMessageContaining("looks at 1 chunks after");
  }

  @ParameterizedTest
  @EnumSource(Chunking.class)
  void theNumberOfBucketsIsFixed(Chunking chunking) {
    LshConfig config = CONFIG.withChunking(chunking).withBuckets(Buckets.auto());
    assertRefused(config, "chosen from the length", "withBuckets(Buckets.of(64))");
  }

  @ParameterizedTest
  @EnumSource(Chunking.class)
  void meetingsAreNotCounted(Chunking chunking) {
    assertRefused(CONFIG.withChunking(chunking).withCountOnce(true), "countOnce is on");
  }

  @Test
  void sizesAreAtLeastOneAndFitAnArray() {
    LshAttention attention = lsh(CONFIG.withChunking(Chunking.SLIDING));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attention.newCache(0, 1, 1))
        .withMessage("heads is 0, but must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attention.newCache(1, -1, 1))
        .withMessage("dQk is -1, but must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attention.newCache(1, 1, 0))
        .withMessage("dV is 0, but must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attention.newCache(1, 1, 1 << 30).copy())
        .withMessageContaining("more than one array holds; use a smaller chunk");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LocalAttention(LOCAL).newCache(1 << 20, 1, 1 << 20))
        .withMessageContaining("more than 2147483647 numbers");
  }

  @ParameterizedTest
  @EnumSource(CacheCase.Kind.class)
  void arraysHaveTheLengthOfTheCache(CacheCase.Kind kind) {
    CacheCase law = CacheCase.of(kind, 1);
    AttentionCache cache = law.newCache();
    float[] query = CacheCase.of(law.input().query(), 0);
    float[] value = CacheCase.of(law.input().value(), 0);
    float[] output = value.clone();
    float[] other = new float[query.length + value.length + 1];
    String rule =
        " has %d numbers; this cache was made for %d heads of "
            .formatted(other.length, law.input().heads());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.step(other, query, value, output))
        .withMessageStartingWith("query" + rule);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.step(query, other, value, output))
        .withMessageStartingWith("key" + rule);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.step(query, query, other, output))
        .withMessageStartingWith("value" + rule);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.step(query, query, value, other))
        .withMessageStartingWith("output" + rule);
  }

  @ParameterizedTest
  @EnumSource(CacheCase.Kind.class)
  void aPromptIsOneSequenceWithoutGapsForAnEmptyCache(CacheCase.Kind kind) {
    CacheCase law = CacheCase.of(kind, 3);
    AttentionInput input = LawCase.tokens(law.input(), 0, 5);
    AttentionCache cache = law.newCache();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> law.fill(cache, input.withMask(new boolean[] {true, false, true, true, false})))
        .withMessageContaining("token 1 of the prompt is padding, but token 3 is not");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> law.fill(cache, batchOfTwo(input)))
        .withMessageContaining("must be one sequence");
    Tensor value = Tensor.of(input.value().data().clone(), input.value().shape());
    value.data()[value.size() - 1] = Float.NaN;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> law.fill(cache, LawCase.withValue(input, value)))
        .withMessageStartingWith("value vector of token 4 in head")
        .withMessageContaining("holds NaN");

    law.fill(cache, input);

    assertThatIllegalStateException()
        .isThrownBy(() -> law.fill(cache, input))
        .withMessageContaining("holds 5 tokens already");
  }

  @Test
  void hashesBelongToThePromptAndTheConfiguration() {
    CacheCase law = CacheCase.of(CacheCase.Kind.SLIDING, 3);
    LshCache cache = (LshCache) law.newCache();
    AttentionInput prompt = LawCase.tokens(law.input(), 0, 5);
    Hashes longer = law.hashes();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.fill(prompt, longer))
        .withMessageContaining("do not belong to queries");
    LshConfig other = law.config().withRounds(law.config().rounds() + 1);
    Hashes others = law.with(other).with(prompt).hashes();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.fill(prompt, others))
        .withMessageContaining("hash the input with this attention");
    AttentionInput separate =
        AttentionInput.separate(prompt.query(), prompt.query(), prompt.value());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.fill(separate, law.with(separate).hashes()))
        .withMessageContaining("separate queries and keys");
  }

  private static AttentionInput batchOfTwo(AttentionInput input) {
    Tensor query = Tensor.zeros(2, input.heads(), input.n(), input.dQk());
    Tensor value = Tensor.zeros(2, input.heads(), input.n(), input.dV());
    return input.isShared()
        ? AttentionInput.shared(query, value)
        : AttentionInput.separate(query, query, value);
  }

  private static LshAttention lsh(LshConfig config) {
    return new LshAttention(config, Rotations.seeded(1));
  }

  private static void assertRefused(LshConfig config, String... sentences) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> lsh(config).newCache(2, 8, 8))
        .satisfies(refused -> {
          for (String sentence : sentences) {
            org.assertj.core.api.Assertions.assertThat(refused).hasMessageContaining(sentence);
          }
        });
  }
}
