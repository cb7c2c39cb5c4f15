package dev.reformer4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What dropout draws, and what it leaves.
class DropoutTest {
  private static final int N = 4001;
  private static final int WIDTH = Catalogue.D_MODEL;

  private static Tensor ones() {
    Tensor ones = Tensor.zeros(N, WIDTH);
    Arrays.fill(ones.data(), 1);
    return ones;
  }

  private static float[] drop(double rate, Draws draws) {
    return drop("some.part.", rate, draws);
  }

  private static float[] drop(String name, double rate, Draws draws) {
    Tensor rows = ones();
    new Dropout(name, WIDTH, rate).applyToRows(draws, rows.data(), 0, N, 0);
    return rows.data();
  }

  @Test
  void theExpectationIsKept() {
    for (double rate : new double[] {0.05, 0.25, 0.5, 0.9}) {
      float[] y = drop(rate, Draws.of(1, 2, 3));
      double mean = 0;
      for (float number : y) {
        assertThat(number == 0 || number == (float) (1 / (1 - rate))).isTrue();
        mean += number / y.length;
      }
      double deviation = Math.sqrt(rate / (1 - rate) / y.length);
      assertThat(mean).as("rate %s", rate).isCloseTo(1, within(5 * deviation));
    }
  }

  @Test
  void nothingIsDroppedAtRateZeroOrInInference() {
    assertThat(drop(0, Draws.of(1, 2, 3))).containsOnly(1);
    assertThat(drop(0.5, Draws.NONE)).containsOnly(1);
    RowSubject often = Catalogue.dropout(0.5);
    List<Tensor> rows = Passes.inputs(often, 70, 1);
    Passes.sameBits("inference", rows.getFirst(), often.forward(rows, 70, Passes.INFERENCE));
    RowSubject never = Catalogue.dropout(0);
    List<Tensor> inputs = Passes.inputs(never, 70, 1);
    Passes.sameBits("rate 0", inputs.getFirst(), never.forward(inputs, 70, Passes.TRAINING));
  }

  @Test
  void seedStepSequenceAndPartDrawApart() {
    Set<List<Float>> different = new HashSet<>();
    int asked = 0;
    for (Draws draws :
        List.of(Draws.of(1, 2, 3), Draws.of(2, 2, 3), Draws.of(1, 3, 3), Draws.of(1, 2, 4))) {
      for (String part : List.of("layers.0.", "layers.1.", "layers.10.")) {
        float[] y = drop(part, 0.5, draws);
        different.add(List.of(boxed(y)));
        asked++;
      }
    }
    assertThat(different).hasSize(asked);
    assertThat(drop(0.5, Draws.of(1, 2, 3))).isEqualTo(drop(0.5, Draws.of(1, 2, 3)));
  }

  private static Float[] boxed(float[] numbers) {
    Float[] boxed = new Float[numbers.length];
    for (int i = 0; i < boxed.length; i++) {
      boxed[i] = numbers[i];
    }
    return boxed;
  }

  /// Neighbouring numbers, tokens and rounds of the layer must not be dropped together.
  @Test
  void drawsOfNeighboursAreIndependent() {
    float[] y = drop(0.5, Draws.of(9, 0, 0));
    for (int distance : new int[] {1, 2, WIDTH, 64, 64 * WIDTH}) {
      int alike = 0;
      int pairs = y.length - distance;
      for (int i = 0; i < pairs; i++) {
        alike += y[i] == y[i + distance] ? 1 : 0;
      }
      assertThat((double) alike / pairs).isCloseTo(0.5, within(5 * 0.5 / Math.sqrt(pairs)));
    }
  }

  @Test
  void rowsAndPanelsAreDroppedAlike() {
    RowSubject panels = Catalogue.dropout(0.5);
    Tensor byPanels = panels.forward(List.of(ones()), N, Passes.TRAINING);
    assertThat(byPanels.data()).isEqualTo(drop(0.5, Passes.TRAINING.draws()));
  }

  /// Positions times width exceed 31 bits before positions do.
  @Test
  void farTokensHaveAddressesOfTheirOwn() {
    int far = 2_000_000_000;
    Draws draws = Draws.of(1, 2, 3);
    float[] rows = ones().data();
    new Dropout("part.", WIDTH, 0.5).applyToRows(draws, rows, 0, 64, far);
    for (int i = 0; i < 64 * WIDTH; i++) {
      boolean dropped = draws.of("part.").drops(far * (long) WIDTH + i, 0.5);
      assertThat(rows[i]).isEqualTo(dropped ? 0 : 2);
    }
  }
}
