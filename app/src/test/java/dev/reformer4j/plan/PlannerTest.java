package dev.reformer4j.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What is recommended when the machine's rates are given.
class PlannerTest {
  private static final double GIB = 1L << 30;

  /// Both methods at 100 GFLOP/s.
  private static final Calibration RATES = new Calibration(1e11, 1e11);

  private static final LshConfig USUAL = LshConfig.defaults();

  @Test
  void shortSequencesAreAttendedExactly() {
    Recommendation found = planner(512, 8, GIB).recommend();
    assertThat(found.chosen().isExact()).isTrue();
    assertThat(found.fits()).isTrue();
    assertThat(found.reason()).contains("no slower than hashing");
  }

  /// Then LSH attention is exact attention, and a difference in time is noise.
  @Test
  void whatFitsOneChunkIsAttendedExactlyWhateverTheRates() {
    Planner noisy = new Planner(load(64, 8), USUAL, new Calibration(2e11, 1e11), GIB);
    assertThat(noisy.recommend().chosen().isExact()).isTrue();
    assertThat(noisy.recommend().reason()).contains("is not hashed");
  }

  @Test
  void longSequencesAreHashed() {
    Recommendation found = planner(65536, 8, GIB).recommend();
    assertThat(found.chosen().method()).isEqualTo(new Method.Lsh(USUAL));
    assertThat(found.reason()).contains("times as fast as exact attention");
    assertThat(found.considered())
        .isSortedAccordingTo((a, b) -> Double.compare(a.seconds(), b.seconds()));
    assertThat(found.considered()).hasSize(9).contains(found.chosen());
  }

  /// Rounds cost 8 bytes a token and head each: with 8 heads 64 · 65,536 bytes, 4 MiB.
  @Test
  void fewerRoundsAreRecommendedWhereMoreDoNotFit() {
    double two = new Method.Lsh(USUAL.withRounds(2)).memory(load(65536, 8));
    Recommendation found = planner(65536, 8, two).recommend();
    assertThat(found.fits()).isTrue();
    assertThat(((Method.Lsh) found.chosen().method()).config().rounds()).isEqualTo(2);
  }

  @Test
  void whereNothingFitsFewerHeadsAreNamed() {
    double oneHead = new Method.Lsh(USUAL).memory(load(65536, 1));
    Recommendation found = planner(65536, 8, 3.5 * oneHead).recommend();
    assertThat(found.fits()).isFalse();
    assertThat(found.reason()).contains("but 3 heads at a time would");
  }

  @Test
  void whereNotOneHeadFitsALengthIsNamed() {
    double oneHead = new Method.Lsh(USUAL).memory(load(65536, 1));
    Recommendation found = planner(65536, 8, oneHead / 2).recommend();
    assertThat(found.fits()).isFalse();
    Matcher named =
        Pattern.compile("not even one head fits the memory: about ([0-9,]+) tokens would$")
            .matcher(found.reason());
    assertThat(named.find()).as(found.reason()).isTrue();
    int tokens = Integer.parseInt(named.group(1).replace(",", ""));
    assertThat(new Method.Lsh(USUAL).memory(load(tokens, 1)))
        .isCloseTo(oneHead / 2, withinPercentage(1));
  }

  /// Every token has 15 near copies: hashing finds them in one round or two.
  @Test
  void onASampleTheFastestThatCapturesEnoughIsRecommended() {
    MassTable masses = masses(clustered(1024, 64));
    Recommendation found = planner(65536, 8, GIB).recommend(0.9, masses);
    assertThat(found.chosen().isExact()).isFalse();
    assertThat(found.chosen().capturedMass().orElseThrow()).isGreaterThanOrEqualTo(0.9);
    assertThat(found.considered())
        .filteredOn(o -> o.seconds() < found.chosen().seconds())
        .allSatisfy(o -> assertThat(o.capturedMass().orElseThrow()).isLessThan(0.9));
  }

  /// Weak scores spread the weight over all keys alike, and nobody can capture that by seeing few.
  @Test
  void aTargetOutOfReachLeavesExactAttentionAndSaysHowFarHashingGets() {
    MassTable masses = masses(scaled(clustered(4096, 64), 0.01f));
    Recommendation found = planner(65536, 8, GIB).recommend(0.95, masses);
    assertThat(found.chosen().isExact()).isTrue();
    assertThat(found.fits()).isTrue();
    assertThat(found.reason())
        .matches(
            "hashing does not reach 0.95 of the softmax weight on the sample: at best LSH attention"
                + " with 8 rounds and chunk 128 captures 0\\.\\d+, in [0-9.]+% of the time of exact"
                + " attention");
  }

  @Test
  void withASampleAndTooLittleMemoryTheBestIsStillNamed() {
    MassTable masses = masses(clustered(512, 64));
    Recommendation found = planner(65536, 8, 1 << 20).recommend(0.9, masses);
    assertThat(found.fits()).isFalse();
    assertThat(found.reason()).contains("nothing that reaches 0.9", "captures");
  }

  @Test
  void arithmeticIsCountedFromTheDefinitions() {
    Workload load = new Workload(1000, 2, 3, 5, false);
    assertThat(new Method.Exact().arithmetic(load)).isEqualTo(2.0 * 1000 * 1000 * 2 * (3 + 5));
    Workload causal = new Workload(1000, 2, 3, 5, true);
    assertThat(new Method.Exact().arithmetic(causal))
        .isEqualTo(2.0 * 1000 * 1001 / 2 * 2 * (3 + 5));
    LshConfig config = USUAL.withRounds(3).withBuckets(Buckets.of(4, 6)).withChunk(10);
    double perTokenAndRound = 2 * 3 * 5 + 2 * 20 * (3 + 5);
    assertThat(new Method.Lsh(config).arithmetic(load))
        .isEqualTo(2.0 * 1000 * 3 * perTokenAndRound);
  }

  @Test
  void aSequenceOfOneChunkIsNotHashed() {
    Workload load = load(64, 1);
    assertThat(new Method.Lsh(USUAL).arithmetic(load))
        .isEqualTo(new Method.Exact().arithmetic(load));
    assertThat(new Method.Lsh(USUAL).memory(load)).isEqualTo(new Method.Exact().memory(load));
  }

  @Test
  void aWorkloadBeyondAnArrayIsRefused() {
    assertThatThrownBy(() -> new Workload(Integer.MAX_VALUE, Integer.MAX_VALUE, 64, 64, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more numbers than the 2147483647 one array can hold");
    assertThatThrownBy(() -> new Workload(0, 1, 1, 1, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be at least 1");
  }

  private static Planner planner(int tokens, int heads, double memory) {
    return new Planner(load(tokens, heads), USUAL, RATES, memory);
  }

  private static Workload load(int tokens, int heads) {
    return new Workload(tokens, heads, 64, 64, false);
  }

  private static MassTable masses(Tensor qk) {
    try (Workers workers = Workers.of(2)) {
      return MassTable.measure(
          AttentionInput.shared(qk, qk), USUAL, Planner.CHUNKS, Planner.ROUNDS.getLast(), workers);
    }
  }

  /// One head of width 32; token i is near the centre i mod `clusters`.
  private static Tensor clustered(int n, int clusters) {
    int width = 32;
    SplittableRandom random = new SplittableRandom(7);
    float[] centres = new float[clusters * width];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = (float) (4 * random.nextGaussian());
    }
    Tensor tensor = Tensor.zeros(1, n, width);
    for (int i = 0; i < tensor.size(); i++) {
      int token = i / width;
      float centre = centres[token % clusters * width + i % width];
      tensor.data()[i] = centre + (float) (0.2 * random.nextGaussian());
    }
    return tensor;
  }

  private static Tensor scaled(Tensor tensor, float factor) {
    Tensor scaled = Tensor.zeros(tensor.shape());
    for (int i = 0; i < tensor.size(); i++) {
      scaled.data()[i] = tensor.data()[i] * factor;
    }
    return scaled;
  }
}
