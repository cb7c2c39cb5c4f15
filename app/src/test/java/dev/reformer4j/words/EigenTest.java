package dev.reformer4j.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EigenTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 20, 71})
  void everyVectorIsOnlyStretched(int k) {
    Random random = new Random(k);
    double[][] a = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        a[i][j] = a[j][i] = random.nextGaussian();
      }
    }
    double[][] copy = new double[k][];
    for (int i = 0; i < k; i++) {
      copy[i] = a[i].clone();
    }
    Eigen eigen = Eigen.of(copy);
    for (int v = 0; v < k; v++) {
      assertThat(dot(eigen.vectors()[v], eigen.vectors()[v])).isCloseTo(1, within(1e-10));
      if (v > 0) {
        assertThat(eigen.values()[v]).isLessThanOrEqualTo(eigen.values()[v - 1]);
        assertThat(dot(eigen.vectors()[v], eigen.vectors()[v - 1])).isCloseTo(0, within(1e-10));
      }
      for (int i = 0; i < k; i++) {
        assertThat(dot(a[i], eigen.vectors()[v]))
            .isCloseTo(eigen.values()[v] * eigen.vectors()[v][i], within(1e-9));
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
