package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.kernel.Kernels;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrossEntropyTest {
  private static float[] panel(int vocabulary, double scale, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] panel = new float[Kernels.panelSize(vocabulary)];
    for (int i = 0; i < panel.length; i++) {
      panel[i] = (float) (scale * random.nextGaussian());
    }
    return panel;
  }

  private static int[] targets(int vocabulary, int count) {
    SplittableRandom random = new SplittableRandom(count);
    int[] targets = new int[count];
    for (int i = 0; i < count; i++) {
      targets[i] = i % 5 == 3 ? CrossEntropy.IGNORED : random.nextInt(vocabulary);
    }
    return targets;
  }

  /// The loss of one column and its gradient, in double precision, from the definition.
  private static double inDouble(double[] logits, int target, double smoothing, double[] gradient) {
    double max = Arrays.stream(logits).max().orElseThrow();
    double sum = Arrays.stream(logits).map(x -> Math.exp(x - max)).sum();
    double loss = 0;
    for (int k = 0; k < logits.length; k++) {
      double wanted = (k == target ? 1 - smoothing : 0) + smoothing / logits.length;
      double log = logits[k] - max - Math.log(sum);
      loss -= wanted * log;
      gradient[k] = Math.exp(log) - wanted;
    }
    return loss;
  }

  @ParameterizedTest
  @CsvSource({
    "2, 1, 1, 0",
    "3, 64, 1, 0.1",
    "11, 37, 10, 0",
    "258, 64, 3, 0.2",
    "258, 5, 80, 0",
    "1031, 63, 30, 0.3"
  })
  void lossAndGradientAreThoseOfTheDefinition(
      int vocabulary, int count, double scale, double smoothing) {
    float[] panel = panel(vocabulary, scale, vocabulary + count);
    int first = 64;
    int[] targets = new int[first + count];
    System.arraycopy(targets(vocabulary, count), 0, targets, first, count);
    double weight = 1.0 / 7;
    double expected = 0;
    double[][] gradients = new double[count][vocabulary];
    int right = 0;
    for (int i = 0; i < count; i++) {
      double[] column = new double[vocabulary];
      int best = 0;
      for (int k = 0; k < vocabulary; k++) {
        column[k] = panel[k * Kernels.PANEL + i];
        best = column[k] > column[best] ? k : best;
      }
      int target = targets[first + i];
      if (target != CrossEntropy.IGNORED) {
        expected += weight * inDouble(column, target, smoothing, gradients[i]);
        right += best == target ? 1 : 0;
      }
    }
    Arrays.fill(targets, 0, first, CrossEntropy.IGNORED);
    CrossEntropy entropy = new CrossEntropy(targets, vocabulary, weight, smoothing);
    double loss = entropy.gradient(panel, first, count);
    assertThat(loss).isCloseTo(expected, within(2e-6 * Math.max(1, expected)));
    assertThat(entropy.right()).isEqualTo(right);
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < vocabulary; k++) {
        assertThat((double) panel[k * Kernels.PANEL + i])
            .as("column %d, id %d", i, k)
            .isCloseTo(weight * gradients[i][k], within(3e-6));
      }
    }
  }

  @Test
  void whatStandsBeyondTheTokensDoesNotMatter() {
    int vocabulary = 9;
    float[] panel = panel(vocabulary, 1, 5);
    float[] poisoned = panel.clone();
    for (int k = 0; k < vocabulary; k++) {
      Arrays.fill(poisoned, k * Kernels.PANEL + 3, (k + 1) * Kernels.PANEL, Float.NaN);
    }
    int[] targets = {1, 8, CrossEntropy.IGNORED};
    double loss = new CrossEntropy(targets, vocabulary, 1, 0.1).gradient(panel, 0, 3);
    double same = new CrossEntropy(targets, vocabulary, 1, 0.1).gradient(poisoned, 0, 3);
    assertThat(same).isEqualTo(loss);
    assertThat(poisoned).isEqualTo(panel);
    for (int k = 0; k < vocabulary; k++) {
      for (int i = 2; i < Kernels.PANEL; i++) {
        assertThat(panel[k * Kernels.PANEL + i]).isZero();
      }
    }
  }

  @Test
  void aTargetOutsideTheVocabularyIsRefused() {
    assertThatThrownBy(() -> new CrossEntropy(new int[] {0, 9}, 9, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("target 9 is outside the vocabulary");
    assertThatThrownBy(() -> new CrossEntropy(new int[] {-2}, 9, 1, 0))
        .hasMessageContaining("target -2");
  }

  @Test
  void aLogitThatIsNotFiniteMakesTheLossSo() {
    float[] panel = panel(4, 1, 1);
    panel[0] = Float.NaN;
    double loss = new CrossEntropy(new int[] {2}, 4, 1, 0).gradient(panel, 0, 1);
    assertThat(loss).isNaN();
  }
}
