package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What caches hold has the bound they promise, and steps leave no garbage.
class CacheMemoryTest {
  private static final int HEADS = 3;
  private static final int D = 33;

  @ParameterizedTest
  @EnumSource(CacheCase.Kind.class)
  void aStepAllocatesNothing(CacheCase.Kind kind) {
    CacheCase law = law(kind, 300);
    AttentionCache cache = law.newCache();
    float[][] query = new float[law.n()][];
    float[][] value = new float[law.n()][];
    for (int token = 0; token < law.n(); token++) {
      query[token] = CacheCase.of(law.input().query(), token);
      value[token] = CacheCase.of(law.input().value(), token);
    }
    float[] output = new float[HEADS * D];
    long counting = Long.MAX_VALUE; // what counting itself allocates
    for (int i = 0; i < 100; i++) {
      counting = Math.min(counting, -Allocation.bytes() + Allocation.bytes());
    }

    // Lists of chunked attention grow now and then, and vectors are objects until compiled.
    long least = Long.MAX_VALUE;
    for (int step = 0; step < 60_000 && least > counting; step++) {
      int token = step % law.n();
      long before = Allocation.bytes();
      cache.step(query[token], query[token], value[token], output);
      least = Math.min(least, Allocation.bytes() - before);
    }

    assertThat(least).isEqualTo(counting);
  }

  @Test
  void slidingMemoryStopsGrowing() {
    CacheCase law = law(CacheCase.Kind.SLIDING, 6000);
    AttentionCache cache = law.filled(4999);
    law.steps(cache, 4999, 5000); // makes room for its scratch
    long bytes = cache.bytes();
    int rings = HEADS * law.config().rounds() * 16;
    int window = law.config().chunk() * law.config().before();

    law.steps(cache, 5000, 6000);

    assertThat(cache.bytes()).isEqualTo(bytes);
    assertThat(bytes).isBetween(4L * rings * window * 2 * D, 6L * rings * (window + 16) * 2 * D);
  }

  @Test
  void memoryGrowsWithWhatWasSeen() {
    LshConfig config =
        law(CacheCase.Kind.SLIDING, 1).config().withBuckets(Buckets.of(64, 64)).withChunk(1000);
    CacheCase law = law(CacheCase.Kind.SLIDING, 10).with(config);
    long full = 4L * HEADS * config.rounds() * 64 * 64 * 1000 * 2 * D;
    assertThat(full).isGreaterThan(1L << 32);
    assertThat(law.newCache().bytes()).isLessThan(1 << 20);
    assertThat(law.filled(10).bytes()).isLessThan(2 << 20);
  }

  @Test
  void localMemoryStopsGrowing() {
    CacheCase law = law(CacheCase.Kind.LOCAL, 6000);
    AttentionCache cache = law.filled(4999);
    law.steps(cache, 4999, 5000); // makes room for its scratch
    long bytes = cache.bytes();
    law.steps(cache, 5000, 6000);
    assertThat(cache.bytes()).isEqualTo(bytes).isLessThan(5L * HEADS * 100 * 2 * (2 * D + 10));
  }

  private static CacheCase law(CacheCase.Kind kind, int n) {
    Random random = new Random(1);
    LshConfig config =
        LshConfig.defaults()
            .withRounds(2)
            .withBuckets(Buckets.of(16))
            .withChunk(50)
            .withCausal(true)
            .withChunking(kind == CacheCase.Kind.SLIDING ? Chunking.SLIDING : Chunking.CHUNKED);
    Tensor query = LawCase.normal(random, HEADS, n, D);
    AttentionInput input = AttentionInput.shared(query, LawCase.normal(random, HEADS, n, D));
    return new CacheCase(kind, 1, config, input);
  }
}
