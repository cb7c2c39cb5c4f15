package dev.reformer4j.attention.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.AttentionInput;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The gradients by formula are those by central differences.
class ReferenceGradientTest {
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-7;

  static Stream<RandomCase> cases() {
    return RandomCase.first(100);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lshGradientsEqualCentralDifferences(RandomCase random) {
    check(random, random.reference());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void exactGradientsEqualCentralDifferences(RandomCase random) {
    check(random, Reference.exact(random.config().causal(), random.input()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void localGradientsEqualCentralDifferences(RandomCase random) {
    boolean wrap = random.seed() % 2 == 0;
    check(random, Reference.local(4, 1, 1, random.config().causal(), wrap, random.input()));
  }

  /// Compares one head, which costs two forward passes for every number in it; another one for
  /// every seed.
  private static void check(RandomCase random, ReferenceResult result) {
    AttentionInput input = random.input();
    ReferenceGradients gradients = result.gradients(random.outputGradient());
    int index = Math.floorMod(random.seed(), input.batch() * input.heads());
    HeadAttention attention = result.head(index / input.heads(), index % input.heads());
    Head head = attention.head();
    double[][] g = rows(random.outputGradient(), index, input.n(), input.dV());

    Loss loss = () -> loss(attention, g);
    check(gradients.query(), index, head.query(), loss); // shared: moves the key as well
    check(gradients.key(), index, head.key(), loss);
    check(gradients.value(), index, head.value(), loss);
  }

  private static void check(double[] gradient, int index, double[][] x, Loss loss) {
    int d = x[0].length;
    for (int i = 0; i < x.length; i++) {
      for (int c = 0; c < d; c++) {
        double analytic = gradient[(index * x.length + i) * d + c];
        assertThat(analytic)
            .as("token %d, number %d", i, c)
            .isCloseTo(
                centralDifference(x[i], c, loss),
                within(TOLERANCE * Math.max(1, Math.abs(analytic))));
      }
    }
  }

  private static double centralDifference(double[] x, int c, Loss loss) {
    double middle = x[c];
    x[c] = middle + STEP;
    double above = loss.value();
    x[c] = middle - STEP;
    double below = loss.value();
    x[c] = middle;
    return (above - below) / (2 * STEP);
  }

  /// `Σ g · o`.
  private static double loss(HeadAttention attention, double[][] g) {
    double loss = 0;
    for (int i = 0; i < g.length; i++) {
      loss += KeyNorm.dot(g[i], attention.output(i));
    }
    return loss;
  }

  private static double[][] rows(float[] flat, int index, int n, int d) {
    double[][] rows = new double[n][d];
    for (int i = 0; i < n * d; i++) {
      rows[i / d][i % d] = flat[index * n * d + i];
    }
    return rows;
  }

  private interface Loss {
    double value();
  }
}
