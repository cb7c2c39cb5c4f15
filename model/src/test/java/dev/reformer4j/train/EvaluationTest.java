package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationTest {
  private final Workers workers = Workers.inline();

  /// −log of the probability of ids[i + 1] at position i of a window.
  private double surprise(Reformer model, int[] window, int i, int target) {
    Tensor logits = model.logits(window, workers);
    double sum = 0;
    for (int k = 0; k < Texts.VOCABULARY; k++) {
      sum += Math.exp(logits.data()[i * Texts.VOCABULARY + k]);
    }
    return Math.log(sum) - logits.data()[i * Texts.VOCABULARY + target];
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10, 64})
  void everyIdButTheFirstIsAskedOnceWithAtLeastHalfAWindowBeforeIt(int window) {
    Reformer model = Texts.model();
    Texts.Ids text = Texts.squares(75);
    double loss = 0;
    int asked = 0;
    for (int start = 0; asked < 74; start = Math.max(0, asked - window / 2)) {
      int end = Math.min(74, start + window);
      int[] read = Arrays.copyOfRange(text.ids(), start, end);
      for (; asked < end; asked++) {
        loss += surprise(model, read, asked - start, text.ids()[asked + 1]);
      }
    }
    Evaluation found = Evaluation.of(model, text, window, workers);
    assertThat(found.positions()).isEqualTo(74);
    assertThat(found.loss()).isCloseTo(loss / 74, within(1e-5));
    assertThat(found.bits()).isCloseTo(loss / 74 / Math.log(2), within(1e-5));
  }

  @Test
  void accuracyIsTheShareOfTheLikeliest() {
    Reformer model = Texts.model();
    Texts.Ids text = Texts.squares(40);
    Tensor logits = model.logits(Arrays.copyOf(text.ids(), 39), workers);
    int right = 0;
    for (int i = 0; i < 39; i++) {
      int best = 0;
      for (int k = 1; k < Texts.VOCABULARY; k++) {
        best =
            logits.data()[i * Texts.VOCABULARY + k] > logits.data()[i * Texts.VOCABULARY + best]
                ? k
                : best;
      }
      right += best == text.ids()[i + 1] ? 1 : 0;
    }
    assertThat(Evaluation.of(model, text, 64, workers).accuracy()).isEqualTo(right / 39.0);
  }

  @Test
  void textsAndWindowsOutOfRangeAreRefused() {
    Reformer model = Texts.model();
    assertThatThrownBy(() -> Evaluation.of(model, Texts.squares(1), 8, workers))
        .hasMessageContaining("a text of 1 ids cannot be evaluated");
    assertThatThrownBy(() -> Evaluation.of(model, Texts.squares(9), 65, workers))
        .hasMessageContaining("64, the positions");
    assertThatThrownBy(() -> Evaluation.of(model, Texts.squares(9), 1, workers))
        .hasMessageContaining("from 2 to 64");
  }

  @Test
  void roundsAndExactAttentionShareTheNumbersAndDifferInWhatTheySee() {
    Reformer model = Texts.model();
    int[] ids = Texts.squares(64).ids();
    Tensor two = model.logits(ids, workers);
    assertThat(model.withRounds(2).logits(ids, workers).data()).isEqualTo(two.data());
    Tensor exact = model.withExactAttention().logits(ids, workers);
    assertThat(exact.data()).isNotEqualTo(two.data());
    double last = Double.POSITIVE_INFINITY;
    for (int rounds : new int[] {1, 8, 127}) {
      double away = distance(model.withRounds(rounds).logits(ids, workers), exact);
      assertThat(away).as("distance from exact attention with %d rounds", rounds).isLessThan(last);
      last = away;
    }
    assertThatThrownBy(() -> model.withRounds(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> model.withExactAttention().newCache())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("exact attention");
  }

  private static double distance(Tensor one, Tensor other) {
    double sum = 0;
    for (int i = 0; i < one.size(); i++) {
      sum += Math.pow(one.data()[i] - other.data()[i], 2);
    }
    return sum;
  }
}
