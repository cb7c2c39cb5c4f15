package dev.reformer4j.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {
  private static final Sampling RANDOM = Sampling.random(7);

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void aTemperatureIsFiniteAndNotNegative(double temperature) {
    assertThatThrownBy(() -> RANDOM.withTemperature(temperature))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "temperature is "
                + temperature
                + ", but must be a finite number from 0 on; 0 always takes the likeliest token, 1"
                + " draws from the model's own probabilities");
  }

  @Test
  void aTopKIsNotNegative() {
    assertThatThrownBy(() -> RANDOM.withTopK(-1))
        .hasMessage("top-k is -1, but must be at least 1, or 0 to switch it off");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
  void sharesAreFrom0To1(double share) {
    assertThatThrownBy(() -> RANDOM.withTopP(share))
        .hasMessage("top-p is " + share + ", but must be from 0 to 1; 1 switches it off");
    assertThatThrownBy(() -> RANDOM.withMinP(share))
        .hasMessage("min-p is " + share + ", but must be from 0 to 1; 0 switches it off");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "-1, -1", "0.0009, 9.0E-4", "1001, 1001", "NaN, NaN", "Infinity, Infinity"})
  void aPenaltyIsPositiveAndKeepsLogitsFinite(double penalty, String shown) {
    assertThatThrownBy(() -> RANDOM.withRepetitionPenalty(penalty))
        .hasMessage(
            "repetition penalty is "
                + shown
                + ", but must be from 0.001 to 1000; 1 switches it off, 1.2 is a usual one");
  }

  @Test
  void everySettingCanBeChangedAlone() {
    assertThat(
            Sampling.greedy()
                .withTemperature(0.5)
                .withTopK(4)
                .withTopP(0.9)
                .withMinP(0.05)
                .withRepetitionPenalty(1.2)
                .withSeed(-3))
        .isEqualTo(new Sampling(0.5, 4, 0.9, 0.05, 1.2, -3));
  }

  @Test
  void greedyIsTemperatureZero() {
    assertThat(Sampling.greedy().isGreedy()).isTrue();
    assertThat(RANDOM.isGreedy()).isFalse();
    assertThat(RANDOM.withTemperature(0).isGreedy()).isTrue();
  }
}
