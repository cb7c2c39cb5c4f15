package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CoverageTest {
  private static final Rotations ROTATIONS = Rotations.seeded(11);
  private static final LshConfig CONFIG = LshConfig.defaults().withChunk(8);

  @ParameterizedTest
  @MethodSource("dev.reformer4j.attention.TracedCase#all")
  void everyQueryLosesWhatItsTraceSays(TracedCase traced) {
    try (Workers workers = Workers.of(2)) {
      LshAttention attention = new LshAttention(traced.config(), traced.rotations());
      Hashes hashes = attention.hash(traced.input(), workers);
      Coverage coverage =
          Coverage.of(traced.input(), traced.config(), hashes, workers, 1_000_000, 1);
      assertThat(coverage.isComplete()).isTrue();
      for (CapturedMass mass : coverage.samples()) {
        Trace trace =
            new Trace(
                traced.input(),
                traced.config(),
                traced.rotations(),
                hashes,
                mass.sequence(),
                mass.head());
        assertThat(mass.byRounds().getLast())
            .isCloseTo(trace.token(mass.token()).capturedMass(), within(1e-12));
      }
    }
  }

  @Test
  void hashesOfAnotherAttentionOrInputAreRefused() {
    AttentionInput input = random(2, 150, 3);
    try (Workers workers = Workers.inline()) {
      Hashes hashes = new LshAttention(CONFIG, ROTATIONS).hash(input, workers);
      assertThatThrownBy(() -> Coverage.of(input, CONFIG.withChunk(16), hashes, workers, 10, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("chunk 8 and", "chunk 16 and");
      assertThatThrownBy(() -> Coverage.of(random(2, 149, 3), CONFIG, hashes, workers, 10, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("150 tokens do not belong to queries");
    }
  }

  /// Seeded rotations of one round do not depend on how many rounds there are, so this must hold to
  /// the bit.
  @Test
  void theFirstRoundsCaptureWhatAnAttentionOfThatManyDoes() {
    AttentionInput input = random(2, 150, 3);
    Coverage five = measure(input, CONFIG.withRounds(5), 60);
    for (int rounds = 1; rounds <= 5; rounds++) {
      Coverage fewer = measure(input, CONFIG.withRounds(rounds), 60);
      assertThat(five.mean(rounds)).isEqualTo(fewer.mean(rounds));
      assertThat(five.quantile(rounds, 0.25)).isEqualTo(fewer.quantile(rounds, 0.25));
    }
  }

  /// Sliding has no ring whose seam moves with the number of rounds.
  @Test
  void anotherRoundNeverTakesAKeyAwayWhenSliding() {
    LshConfig sliding = CONFIG.withRounds(6).withChunking(Chunking.SLIDING);
    Coverage coverage = measure(random(2, 150, 4), sliding, 300);
    for (CapturedMass mass : coverage.samples()) {
      assertThat(mass.byRounds()).isSorted();
    }
    assertThat(coverage.mean(6)).isGreaterThan(coverage.mean(1) + 0.05);
  }

  @Test
  void nothingIsLostWhereTheChunkHoldsEveryKey() {
    Coverage coverage = measure(random(2, 150, 5), CONFIG.withChunk(150), 300);
    assertThat(coverage.mean(1)).isCloseTo(1, within(1e-12));
    assertThat(coverage.quantile(4, 0)).isCloseTo(1, within(1e-12));
    assertThat(coverage.histogram(4, 5)).containsExactly(0, 0, 0, 0, 300);
  }

  @Test
  void aSampleIsSpreadOverHeadsAndNamedByItsSeed() {
    AttentionInput input = random(3, 150, 6);
    Coverage coverage = measure(input, CONFIG, 100);
    assertThat(coverage.isComplete()).isFalse();
    assertThat(coverage.samples()).hasSize(100).doesNotHaveDuplicates();
    for (int head = 0; head < 3; head++) {
      int h = head;
      long share = coverage.samples().stream().filter(mass -> mass.head() == h).count();
      assertThat(share).isBetween(33L, 34L);
      assertThat(coverage.meanOfHead(head, 4)).isBetween(0.0, 1.0);
    }
    assertThat(measure(input, CONFIG, 100).samples()).isEqualTo(coverage.samples());
  }

  @Test
  void aSampleIsAboutAsFarOffAsItSays() {
    AttentionInput input = random(2, 300, 7);
    Coverage all = measure(input, CONFIG, 600);
    Coverage some = measure(input, CONFIG, 120);
    assertThat(all.isComplete()).isTrue();
    assertThat(all.standardError(4)).isZero();
    assertThat(some.standardError(4)).isBetween(1e-4, 0.1);
    assertThat(some.mean(4)).isCloseTo(all.mean(4), within(4 * some.standardError(4)));
  }

  @Test
  void paddingIsNeverAskedAbout() {
    boolean[] mask = new boolean[150];
    for (int token = 0; token < 150; token++) {
      mask[token] = token % 3 != 0;
    }
    Coverage coverage = measure(random(2, 150, 8).withMask(mask), CONFIG, 1000);
    assertThat(coverage.isComplete()).isTrue();
    assertThat(coverage.samples()).hasSize(200).allMatch(mass -> mass.token() % 3 != 0);
  }

  @Test
  void theNumberOfThreadsChangesNothing() {
    AttentionInput input = random(2, 150, 9);
    List<CapturedMass> one;
    try (Workers workers = Workers.inline()) {
      one = Coverage.measure(input, CONFIG, ROTATIONS, workers, 70, 1).samples();
    }
    for (int threads : List.of(2, 3, 8)) {
      try (Workers workers = Workers.of(threads)) {
        assertThat(Coverage.measure(input, CONFIG, ROTATIONS, workers, 70, 1).samples())
            .isEqualTo(one);
      }
    }
  }

  @Test
  void whatCannotBeAskedIsSaid() {
    AttentionInput input = random(1, 20, 1);
    assertThatThrownBy(() -> measure(input, CONFIG, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 queries is too small a sample; look at 1 or more");
    Coverage coverage = measure(input, CONFIG, 5);
    assertThatThrownBy(() -> coverage.mean(5)).hasMessageContaining("ask for 1 to 4");
    assertThatThrownBy(() -> coverage.mean(0)).hasMessageContaining("ask for 1 to 4");
    assertThatThrownBy(() -> coverage.quantile(1, Double.NaN)).hasMessageContaining("0 to 1");
    assertThatThrownBy(() -> coverage.histogram(1, 0)).hasMessageContaining("1 or more");
  }

  private static Coverage measure(AttentionInput input, LshConfig config, int queries) {
    try (Workers workers = Workers.of(2)) {
      return Coverage.measure(input, config, ROTATIONS, workers, queries, 42);
    }
  }

  /// Peaked enough that a softmax prefers some keys: rows of length about 4.
  private static AttentionInput random(int heads, int n, long seed) {
    Random random = new Random(seed);
    Tensor qk = Tensor.zeros(heads, n, 6);
    for (int i = 0; i < qk.size(); i++) {
      qk.data()[i] = (float) (1.6 * random.nextGaussian());
    }
    return AttentionInput.shared(qk, qk);
  }
}
