package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.kernel.CounterRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Dropout on the weights of every attention. That its outputs and gradients are those of the
/// definition, the tests of layers show.
class WeightDropoutTest {
  static Stream<LawCase> cases() {
    return LawCase.large(8);
  }

  private static LawCase dropping(LawCase law, double rate, long key) {
    return law.with(law.input().withDropout(new WeightDropout(rate, key)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void droppingNothingChangesNoBit(LawCase law) {
    Same.bits(law.forward(), dropping(law, 0, 1).forward());
  }

  /// What is dropped is what a weight gives, not what the others are divided by.
  @ParameterizedTest
  @MethodSource("cases")
  void theSumOfWeightsStays(LawCase law) {
    AttentionResult dropped = dropping(law, 0.4, 1).forward();
    assertThat(dropped.logSumExp().data()).isEqualTo(law.forward().logSumExp().data());
    assertThat(dropped.output().data()).isNotEqualTo(law.forward().output().data());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bitsDoNotDependOnThreads(LawCase law) {
    LawCase dropping = dropping(law, 0.3, 2);
    AttentionResult result = dropping.forward();
    Gradients gradients = dropping.backward(result, law.outputGradient(), Workers.inline());
    try (Workers workers = Workers.of(3)) {
      AttentionResult other = dropping.forward(workers);
      Same.bits(result, other);
      Same.bits(gradients, dropping.backward(other, law.outputGradient(), workers));
    }
  }

  /// Over many keys of draws, a share of the weights that is the rate.
  @Test
  void asMuchIsDroppedAsTheRateSays() {
    int[] keys = new int[64];
    int[] queries = new int[64];
    int[] tokens = new int[64];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = i;
    }
    int dropped = 0;
    int all = 0;
    WeightDropout dropout = new WeightDropout(0.2, 7);
    for (int row = 0; row < 50; row++) {
      dropout.address(row, 0, true, tokens, tokens.length, keys);
      dropout.address(row, 0, false, tokens, tokens.length, queries);
      for (int key : keys) {
        for (int query : queries) {
          boolean drops = CounterRandom.mix(key ^ query) >>> 1 < dropout.threshold();
          dropped += drops ? 1 : 0;
          all++;
        }
      }
    }
    assertThat(dropped / (double) all).isCloseTo(0.2, within(0.005));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void aRateThatIsNoneIsRefused(double rate) {
    assertThatThrownBy(() -> new WeightDropout(rate, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a dropout of " + rate + " is not from 0 to below 1; give a rate such as 0.1");
  }
}
