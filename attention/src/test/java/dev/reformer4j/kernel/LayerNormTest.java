package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Twins.PANEL;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Layer norm against its definition in double precision, its gradient against differences of that
/// definition, and the fast one against its twin to the bit.
class LayerNormTest {
  private static final PanelKernels FAST = PanelKernels.best();
  private static final PanelKernels SCALAR = PanelKernels.scalar();
  private static final int[] WIDTHS = {1, 2, 7, 64, 67};

  static IntStream columns() {
    return Arrays.stream(Twins.rowCounts()).filter(count -> count > 0);
  }

  /// One case: d numbers of 64 tokens, with a mean far from 0 in some of them.
  private static final class Case {
    final int d;
    final float[] panel;
    final float[] dy;
    final float[] gamma;
    final float[] beta;
    final float[] mean = new float[PANEL];
    final float[] inverse = new float[PANEL];

    Case(int d) {
      this.d = d;
      Random random = new Random(d);
      panel = Twins.random(random, d * PANEL);
      for (int at = 0; at < panel.length; at++) {
        panel[at] += at % 5 == 0 ? 30 : 0;
      }
      dy = Twins.random(random, d * PANEL);
      gamma = Twins.random(random, d);
      beta = Twins.random(random, d);
    }

    float[] norm(PanelKernels kernels, int columns) {
      float[] out = new float[d * PANEL];
      kernels.layerNorm(panel, d, gamma, beta, 1e-5f, columns, out, mean, inverse);
      return out;
    }
  }

  @ParameterizedTest
  @MethodSource("columns")
  void aNormEqualsItsTwinToTheBitInABlockAndAlone(int columns) {
    for (int d : WIDTHS) {
      Case norm = new Case(d);
      float[] expected = norm.norm(SCALAR, columns);
      float[] mean = norm.mean.clone();
      float[] inverse = norm.inverse.clone();
      float[] actual = norm.norm(FAST, columns);
      for (int i = 0; i < columns; i++) {
        assertThat(norm.mean[i]).isEqualTo(mean[i]);
        assertThat(norm.inverse[i]).isEqualTo(inverse[i]);
        float[] wanted = PanelKernelsTest.column(expected, 0, d, i);
        assertThat(PanelKernelsTest.column(actual, 0, d, i)).isEqualTo(wanted);
        float[] alone = PanelKernelsTest.column(norm.panel, 0, d, i);
        FAST.layerNormVector(alone, 0, d, norm.gamma, norm.beta, 1e-5f, alone, 0);
        assertThat(alone).isEqualTo(wanted);
      }
    }
  }

  @Test
  void aNormMayBeWrittenOverItsInput() {
    Case norm = new Case(40);
    float[] expected = norm.norm(FAST, PANEL);
    float[] panel = norm.panel;
    FAST.layerNorm(panel, 40, norm.gamma, norm.beta, 1e-5f, PANEL, panel, norm.mean, norm.inverse);
    assertThat(panel).isEqualTo(expected);
  }

  @Test
  void aNormIsWhatItsDefinitionSays() {
    for (int d : WIDTHS) {
      Case norm = new Case(d);
      float[] out = norm.norm(SCALAR, PANEL);
      for (int i = 0; i < PANEL; i++) {
        double[] expected = literal(norm, PanelKernelsTest.column(norm.panel, 0, d, i));
        for (int k = 0; k < d; k++) {
          Twins.near("d " + d, k, expected[k], out[k * PANEL + i], 3e-5);
        }
      }
    }
  }

  private static double[] literal(Case norm, float[] x) {
    double[] exact = new double[x.length];
    for (int k = 0; k < x.length; k++) {
      exact[k] = x[k];
    }
    return literal(norm, exact);
  }

  private static double[] literal(Case norm, double[] x) {
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double[] out = new double[x.length];
    for (int k = 0; k < x.length; k++) {
      out[k] = (x[k] - mean) / Math.sqrt(variance + 1e-5) * norm.gamma[k] + norm.beta[k];
    }
    return out;
  }

  @ParameterizedTest
  @MethodSource("columns")
  void aGradientEqualsItsTwinToTheBit(int columns) {
    for (int d : WIDTHS) {
      Case norm = new Case(d);
      norm.norm(SCALAR, PANEL);
      float[] gammaAndBeta = Twins.random(new Random(3), 2 * d);
      float[] expectedGamma = Arrays.copyOf(gammaAndBeta, d);
      float[] expectedBeta = Arrays.copyOfRange(gammaAndBeta, d, 2 * d);
      float[] actualGamma = expectedGamma.clone();
      float[] actualBeta = expectedBeta.clone();
      float[] expected = new float[d * PANEL];
      float[] actual = new float[d * PANEL];
      gradient(SCALAR, norm, columns, expected, expectedGamma, expectedBeta);
      gradient(FAST, norm, columns, actual, actualGamma, actualBeta);
      assertThat(actualGamma).isEqualTo(expectedGamma);
      assertThat(actualBeta).isEqualTo(expectedBeta);
      for (int i = 0; i < columns; i++) {
        assertThat(PanelKernelsTest.column(actual, 0, d, i))
            .isEqualTo(PanelKernelsTest.column(expected, 0, d, i));
      }
    }
  }

  private static void gradient(
      PanelKernels kernels, Case norm, int columns, float[] dx, float[] dGamma, float[] dBeta) {
    kernels.layerNormGradient(
        norm.panel,
        norm.dy,
        norm.d,
        norm.gamma,
        norm.mean,
        norm.inverse,
        columns,
        dx,
        dGamma,
        dBeta);
  }

  @Test
  void aGradientIsTheSlopeOfTheDefinition() {
    int d = 7;
    int columns = 5;
    Case norm = new Case(d);
    norm.norm(SCALAR, PANEL);
    float[] dx = new float[d * PANEL];
    float[] dGamma = new float[d];
    float[] dBeta = new float[d];
    gradient(SCALAR, norm, columns, dx, dGamma, dBeta);
    double[] gammaSums = new double[d];
    double[] betaSums = new double[d];
    for (int i = 0; i < columns; i++) {
      float[] column = PanelKernelsTest.column(norm.panel, 0, d, i);
      double[] out = literal(norm, column);
      for (int k = 0; k < d; k++) {
        double dy = norm.dy[k * PANEL + i];
        gammaSums[k] += dy * (out[k] - norm.beta[k]) / norm.gamma[k];
        betaSums[k] += dy;
        double step = 1e-4;
        double slope = (loss(norm, column, i, k, step) - loss(norm, column, i, k, -step));
        Twins.near("dx of token " + i, k, slope / (2 * step), dx[k * PANEL + i], 1e-4);
      }
    }
    for (int k = 0; k < d; k++) {
      Twins.near("dGamma", k, gammaSums[k], dGamma[k], 1e-4);
      Twins.near("dBeta", k, betaSums[k], dBeta[k], 1e-5);
    }
  }

  private static double loss(Case norm, float[] column, int token, int moved, double step) {
    double[] x = new double[column.length];
    for (int k = 0; k < x.length; k++) {
      x[k] = column[k] + (k == moved ? step : 0);
    }
    double[] out = literal(norm, x);
    double loss = 0;
    for (int k = 0; k < x.length; k++) {
      loss += out[k] * norm.dy[k * PANEL + token];
    }
    return loss;
  }
}
