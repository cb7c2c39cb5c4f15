package dev.reformer4j.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TruncatedSvdTest {
  /// For M = B·Bᵀ the embedding U·√Σ reproduces M as the product with its own transpose.
  @Test
  void aSymmetricMatrixOfLowRankIsReproduced() {
    int n = 40;
    int rank = 3;
    float[] b = random(n * rank);
    float[] product = product(b, n, rank);
    float[] embedded = TruncatedSvd.embed(dense(product, n), rank, 1);
    float[] again = product(embedded, n, rank);
    for (int i = 0; i < product.length; i++) {
      assertThat(again[i]).isCloseTo(product[i], within(2e-3f));
    }
  }

  @Test
  void whatTheRankDoesNotFillIsZero() {
    float[] product = product(random(10 * 2), 10, 2);
    float[] embedded = TruncatedSvd.embed(dense(product, 10), 6, 1);
    for (int row = 0; row < 10; row++) {
      for (int column = 2; column < 6; column++) {
        assertThat(embedded[row * 6 + column]).isCloseTo(0, within(0.05f));
      }
    }
    assertThat(TruncatedSvd.embed(dense(new float[9], 3), 4, 1)).containsOnly(0);
  }

  @Test
  void dependentColumnsBecomeZeroAndTheOthersOrthonormal() {
    float[] q = {1, 2, 0, 1, 2, 1, 1, 2, 1};
    TruncatedSvd.orthonormalise(q, 3);
    assertThat(new float[] {q[1], q[4], q[7]}).containsOnly(0);
    assertThat(q[0] * q[2] + q[3] * q[5] + q[6] * q[8]).isCloseTo(0, within(1e-6f));
    assertThat(q[2] * q[2] + q[5] * q[5] + q[8] * q[8]).isCloseTo(1, within(1e-6f));
  }

  private static float[] random(int size) {
    Random random = new Random(5);
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  /// `B·Bᵀ` of `[n, rank]`.
  private static float[] product(float[] b, int n, int rank) {
    float[] product = new float[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int e = 0; e < rank; e++) {
          product[i * n + j] += b[i * rank + e] * b[j * rank + e];
        }
      }
    }
    return product;
  }

  private static SparseMatrix dense(float[] numbers, int n) {
    int[] starts = new int[n + 1];
    int[] columns = new int[n * n];
    for (int i = 0; i < n * n; i++) {
      starts[i / n + 1] = i + 1;
      columns[i] = i % n;
    }
    return new SparseMatrix(n, n, starts, columns, numbers);
  }
}
