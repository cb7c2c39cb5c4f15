package dev.reformer4j.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
  private static final float OUT = Float.NEGATIVE_INFINITY;

  private static int choose(Sampling sampling, long sequence, long position, float... logits) {
    return new Sampler(sampling, sequence).choose(logits, 0, logits.length, position);
  }

  private static double[] probabilities(Sampling sampling, float... logits) {
    return new Sampler(sampling, 0).probabilities(logits, 0, logits.length, 0);
  }

  private static float[] logarithms(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i]);
    }
    return logits;
  }

  @Test
  void greedyTakesTheLowestOfTheLikeliest() {
    assertThat(choose(Sampling.greedy(), 0, 0, 1, 3, 3, 2, 3)).isEqualTo(1);
    assertThat(choose(Sampling.greedy(), 0, 0, 0f, -0f)).isZero();
    assertThat(choose(Sampling.greedy(), 0, 0, -0f, 0f)).isZero();
    assertThat(choose(Sampling.greedy(), 0, 0, OUT, OUT, -1e38f)).isEqualTo(2);
  }

  @Test
  void equalFiltersKeepTheLowestIds() {
    assertThat(probabilities(Sampling.random(0).withTopP(0.5), 0, 0, 0, 0))
        .containsExactly(0.5, 0.5, 0, 0);
    assertThat(probabilities(Sampling.random(0).withTopP(0), 0, 0, 0, 0))
        .containsExactly(1, 0, 0, 0);
    assertThat(probabilities(Sampling.random(0).withTopP(0.3), 0, OUT, 0, 0, 0))
        .containsExactly(0.5, 0, 0.5, 0, 0);
  }

  /// As Hugging Face does: nobody can say which of equals is among the k.
  @Test
  void equalsOfTheLastOfTopKStay() {
    assertThat(probabilities(Sampling.random(0).withTopK(2), 1, 0, 0, -9))
        .satisfies(p -> assertThat(p[3]).isZero())
        .satisfies(p -> assertThat(p[1]).isPositive().isEqualTo(p[2]));
  }

  @Test
  void topPKeepsTheFewestThatReachIt() {
    float[] logits = logarithms(0.5, 0.3, 0.15, 0.05);
    assertThat(probabilities(Sampling.random(0).withTopP(0.49), logits)).endsWith(0, 0, 0);
    assertThat(probabilities(Sampling.random(0).withTopP(0.51), logits)[1]).isPositive();
    assertThat(probabilities(Sampling.random(0).withTopP(0.51), logits)).endsWith(0, 0);
    assertThat(probabilities(Sampling.random(0).withTopP(0.81), logits)[2]).isPositive();
    assertThat(probabilities(Sampling.random(0).withTopP(0.96), logits)[3]).isPositive();
  }

  /// Exactly reaching p is enough: 1/2 of the mass may go.
  @Test
  void topPIsReachedExactly() {
    assertThat(probabilities(Sampling.random(0).withTopP(0.5), 0, 0)).containsExactly(1, 0);
    assertThat(probabilities(Sampling.random(0).withTopP(0.75), 0, 0, 0, 0)[3]).isZero();
  }

  @Test
  void minPOf1KeepsTheLikeliestAndItsEquals() {
    assertThat(probabilities(Sampling.random(0).withMinP(1), 2, 2, 1.999f))
        .containsExactly(0.5, 0.5, 0);
    assertThat(probabilities(Sampling.random(0).withMinP(0.5), logarithms(0.6, 0.31, 0.09))[2])
        .isZero();
    assertThat(probabilities(Sampling.random(0).withMinP(0.5), logarithms(0.6, 0.31, 0.09))[1])
        .isPositive();
  }

  /// Huge and tiny settings together leave the likeliest one, and no NaN.
  @ParameterizedTest
  @CsvSource({
    "4.9E-324, 0, 1, 0, 1",
    "1.0E308, 0, 1, 0, 1",
    "1.0E-300, 1, 0, 1, 1000",
    "1, 1, 0, 1, 0.001"
  })
  void somethingIsAlwaysLeft(double temperature, int k, double topP, double minP, double penalty) {
    Sampling sampling = new Sampling(temperature, k, topP, minP, penalty, 3);
    for (float[] logits :
        new float[][] {
          {0},
          {OUT, -1},
          {Float.MAX_VALUE, -Float.MAX_VALUE},
          {-Float.MAX_VALUE, OUT},
          {-3e38f, -2e38f, 3e38f, OUT},
          {Float.MIN_VALUE, -Float.MIN_VALUE, 0}
        }) {
      Sampler sampler = new Sampler(sampling, 0);
      for (int id = 0; id < logits.length; id++) {
        sampler.see(id);
      }
      double[] left = sampler.probabilities(logits, 0, logits.length, 0);
      assertThat(Arrays.stream(left).sum()).isBetween(1 - 1e-12, 1 + 1e-12);
      int chosen = sampler.choose(logits, 0, logits.length, 0);
      assertThat(left[chosen]).isPositive();
      assertThat(logits[chosen]).isGreaterThan(OUT);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void damagedLogitsAreNamed(float damaged) {
    for (Sampling sampling : new Sampling[] {Sampling.greedy(), Sampling.random(1)}) {
      assertThatThrownBy(() -> choose(sampling, 0, 12, 0, damaged, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the model's logits for position 12 hold "
                  + damaged
                  + " for id 1, so no token can be chosen; its weights are damaged, or too large"
                  + " for float32");
    }
    assertThatThrownBy(() -> choose(Sampling.greedy(), 0, 12, OUT, OUT))
        .hasMessageContaining("for position 12 are all −∞, so no token can be chosen");
  }

  /// Pearson's test over many positions, and over many sequences, at a chance of 10⁻⁴ to fail that
  /// a fixed seed has decided once and for all.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void drawsFollowTheProbabilities(long seed) {
    float[] logits = new float[12];
    SplittableRandom random = new SplittableRandom(seed);
    for (int id = 0; id < logits.length; id++) {
      logits[id] = (float) random.nextDouble(-2, 2);
    }
    Sampling sampling = Sampling.random(seed).withTemperature(0.8).withTopK(10);
    double[] expected = probabilities(sampling, logits);
    int draws = 60_000;
    int[] overPositions = new int[logits.length];
    int[] overSequences = new int[logits.length];
    Sampler sampler = new Sampler(sampling, 5);
    for (int i = 0; i < draws; i++) {
      overPositions[sampler.choose(logits, 0, logits.length, i)]++;
      overSequences[new Sampler(sampling, i).choose(logits, 0, logits.length, 9)]++;
    }
    double critical = 33.72; // chi-square of 9 degrees of freedom at 10⁻⁴
    assertThat(chiSquare(overPositions, expected, draws)).isLessThan(critical);
    assertThat(chiSquare(overSequences, expected, draws)).isLessThan(critical);
  }

  private static double chiSquare(int[] counts, double[] expected, int draws) {
    double sum = 0;
    for (int id = 0; id < counts.length; id++) {
      if (expected[id] == 0) {
        assertThat(counts[id]).isZero();
      } else {
        double difference = counts[id] - draws * expected[id];
        sum += difference * difference / (draws * expected[id]);
      }
    }
    return sum;
  }

  @Test
  void aDrawHasAnAddressAndNoHistory() {
    float[] logits = new float[1000];
    Sampling sampling = Sampling.random(11);
    Sampler busy = new Sampler(sampling, 3);
    for (int position = 99; position >= 0; position--) {
      assertThat(busy.choose(logits, 0, logits.length, position))
          .isEqualTo(choose(sampling, 3, position, logits));
    }
    assertThat(choose(sampling, 4, 0, logits)).isNotEqualTo(choose(sampling, 3, 0, logits));
    assertThat(choose(sampling.withSeed(12), 3, 0, logits))
        .isNotEqualTo(choose(sampling, 3, 0, logits));
  }

  @Test
  void aPenaltyConcernsWhatWasSeenOnce() {
    Sampler sampler = new Sampler(Sampling.random(0).withRepetitionPenalty(2), 0);
    sampler.see(0);
    sampler.see(0);
    sampler.see(1);
    double[] left = sampler.probabilities(new float[] {2, -2, 1, -4}, 0, 4, 0);
    assertThat(left[0]).isEqualTo(left[2]);
    assertThat(left[1]).isEqualTo(left[3]);
  }
}
