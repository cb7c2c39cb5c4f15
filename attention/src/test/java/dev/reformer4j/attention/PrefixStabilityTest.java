package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a token gives never depends on later tokens, to the last bit, where windows look back by
/// position: the row of token i computed from n tokens is its row in any longer sequence that
/// begins with them. A cached step of generation rests on this.
class PrefixStabilityTest {
  /// Windows below, at and above a block of 64 and the eight blocks of a small batch, and the
  /// widest of all.
  private static final int[] WINDOWS = {1, 7, 63, 64, 65, 100, 130, 448, 449, 600, 1500, 4096};

  private static final int[] LENGTHS = {1, 2, 63, 64, 65, 127, 300, 449, 700};

  static Stream<LawCase> sliding() {
    return IntStream.range(0, 48).mapToObj(PrefixStabilityTest::slidingCase);
  }

  static Stream<LawCase> local() {
    return IntStream.range(0, 24)
        .mapToObj(seed -> {
          LawCase law = slidingCase(seed);
          return new LawCase(
              LawCase.Kind.LOCAL, seed, law.config(), law.input(), law.outputGradient());
        });
  }

  @ParameterizedTest
  @MethodSource("sliding")
  void aRowOfSlidingAttentionIsThatOfItsPrefix(LawCase law) {
    check(law);
  }

  @ParameterizedTest
  @MethodSource("local")
  void aRowOfLocalAttentionIsThatOfItsPrefix(LawCase law) {
    check(law);
  }

  /// Up to the widest window that [Pattern#MOST_BATCH] takes as one.
  @Test
  void aWindowOf4096TokensIsOneBatch() {
    Random random = new Random(1);
    Tensor qk = LawCase.normal(random, 1, 4500, 2);
    for (int i = 0; i < qk.size(); i++) {
      qk.data()[i] = 3 + 0.1f * qk.data()[i]; // all of nearly one direction, and so of one bucket
    }
    AttentionInput input = AttentionInput.shared(qk, LawCase.normal(random, 1, 4500, 2));
    LshConfig config =
        LshConfig.defaults()
            .withChunking(Chunking.SLIDING)
            .withCausal(true)
            .withRounds(1)
            .withBuckets(Buckets.of(2))
            .withChunk(4096);
    check(new LawCase(LawCase.Kind.LSH, 1, config, input, input.value()));
  }

  private static void check(LawCase law) {
    AttentionResult whole = law.forward();
    int n = law.input().n();
    Random random = law.random();
    for (int end :
        new int[] {1, 1 + random.nextInt(n), 1 + random.nextInt(n), n / 64 * 64, n - 1}) {
      if (end > 0) {
        AttentionResult alone = law.with(LawCase.tokens(law.input(), 0, end)).forward();
        Same.rows(whole, alone, IntStream.range(0, end).toArray(), true);
      }
    }
  }

  private static LawCase slidingCase(int seed) {
    Random random = new Random(seed);
    int window = WINDOWS[seed % WINDOWS.length];
    int least = window > 448 ? 1200 : LENGTHS[random.nextInt(LENGTHS.length)];
    int n = least + random.nextInt(20);
    int dQk = 1 + random.nextInt(random.nextBoolean() ? 70 : 17);
    int dV = 1 + random.nextInt(random.nextBoolean() ? 70 : 17);
    // Local attention wraps around where the seed is even, and its queries may then look back only
    // as many chunks as there are, or they meet their own once more.
    int before = seed % 2 == 1 && window % 2 == 0 && random.nextBoolean() ? 2 : 1;
    LshConfig config =
        LshConfig.defaults()
            .withChunking(Chunking.SLIDING)
            .withCausal(true)
            .withRounds(1 + random.nextInt(3))
            .withBuckets(random.nextBoolean() ? Buckets.of(2) : Buckets.of(4, 6))
            .withChunk(window / before)
            .withNeighbours(before, 0)
            .withCountOnce(seed % 7 == 3);
    Tensor value = LawCase.normal(random, 2, n, dV);
    AttentionInput input =
        seed % 4 == 1
            ? AttentionInput.separate(
                LawCase.normal(random, 2, n, dQk), LawCase.normal(random, 2, n, dQk), value)
            : AttentionInput.shared(LawCase.normal(random, 2, n, dQk), value);
    if (seed % 3 == 0) {
      boolean[] mask = new boolean[n];
      for (int i = 0; i < n; i++) {
        mask[i] = i == 0 || random.nextInt(6) > 0;
      }
      input = input.withMask(mask);
    }
    return new LawCase(LawCase.Kind.LSH, seed, config, input, value);
  }
}
