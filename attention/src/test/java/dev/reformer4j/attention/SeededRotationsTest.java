package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random rotations: a number depends on its place alone, and they are standard normal and
/// independent as far as a million of them tell.
class SeededRotationsTest {
  private static final int D = 48;
  private static final int COLUMNS = 40;

  @Test
  void moreHeadsRoundsOrNumbersLeaveTheOthersAsTheyAre() {
    Tensor large = Rotations.seeded(5).draw(4, 20, 6, 12);
    Tensor small = Rotations.seeded(5).draw(2, 13, 3, 7);
    for (int head = 0; head < 2; head++) {
      for (int k = 0; k < 13; k++) {
        for (int round = 0; round < 3; round++) {
          for (int column = 0; column < 7; column++) {
            assertThat(at(small, head, k, round, column))
                .isEqualTo(at(large, head, k, round, column));
          }
        }
      }
    }
  }

  /// From a second implementation of the recipe. What models were trained with must never change.
  @Test
  void theNumbersAreThoseOfEveryVersion() {
    Tensor zero = Rotations.seeded(0).draw(2, 2, 2, 2);
    assertThat(at(zero, 0, 0, 0, 0)).isEqualTo(0.501271f);
    assertThat(at(zero, 0, 0, 0, 1)).isEqualTo(-0.5436946f);
    assertThat(at(zero, 0, 1, 0, 0)).isEqualTo(-0.86257607f);
    assertThat(at(zero, 0, 0, 1, 0)).isEqualTo(0.9577429f);
    assertThat(at(zero, 1, 0, 0, 0)).isEqualTo(1.679257f);
    assertThat(at(Rotations.seeded(7).draw(4, 64, 3, 32), 3, 63, 2, 31)).isEqualTo(1.0793753f);
    assertThat(at(Rotations.seeded(-1).draw(1, 1, 1, 1), 0, 0, 0, 0)).isEqualTo(-0.06174076f);
    assertThat(at(Rotations.seeded(1L << 40).draw(2, 2, 2, 2), 1, 1, 1, 1)).isEqualTo(0.19619812f);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, -1, Long.MIN_VALUE, 0x9E3779B97F4A7C15L})
  void theyAreStandardNormal(long seed) {
    float[] numbers = Rotations.seeded(seed).draw(8, 64, 16, 128).data(); // a million
    double n = numbers.length;
    double[] moments = new double[5];
    int[] below = new int[3];
    for (float x : numbers) {
      double power = 1;
      for (int i = 0; i < 5; i++) {
        moments[i] += power / n;
        power *= x;
      }
      below[0] += x < -1 ? 1 : 0;
      below[1] += x < 0.5 ? 1 : 0;
      below[2] += x < 2.5 ? 1 : 0;
    }
    // Five standard errors: 1/√n times √(1, 2, 15, 96).
    double error = 5 / Math.sqrt(n);
    assertThat(moments[1]).isCloseTo(0, within(error));
    assertThat(moments[2]).isCloseTo(1, within(1.42 * error));
    assertThat(moments[3]).isCloseTo(0, within(3.9 * error));
    assertThat(moments[4]).isCloseTo(3, within(9.8 * error));
    assertThat(below[0] / n).isCloseTo(0.158655, within(error / 2));
    assertThat(below[1] / n).isCloseTo(0.691462, within(error / 2));
    assertThat(below[2] / n).isCloseTo(0.993790, within(error / 2));
  }

  @Test
  void neighboursOfEveryKindAreIndependent() {
    Tensor drawn = Rotations.seeded(3).draw(8, D, 8, COLUMNS);
    int column = 1;
    int round = COLUMNS;
    int k = 8 * COLUMNS;
    int head = D * 8 * COLUMNS;
    for (int distance : new int[] {column, 2 * column, round, k, head, k + column, head + round}) {
      uncorrelated(drawn.data(), drawn.data(), distance, "distance " + distance);
    }
    for (long seed : new long[] {2, 4, -3, 3 + 0x9E3779B97F4A7C15L}) {
      float[] other = Rotations.seeded(seed).draw(8, D, 8, COLUMNS).data();
      for (int distance : new int[] {0, column, round, k, head}) {
        uncorrelated(
            drawn.data(), other, distance, "seed %d, distance %d".formatted(seed, distance));
      }
    }
  }

  @Test
  void givenRotationsMustHaveTheShapeAskedFor() {
    Tensor given = Tensor.zeros(2, 6, 3, 4);
    assertThat(Rotations.of(given).draw(2, 6, 3, 4)).isSameAs(given);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Rotations.of(given).draw(2, 6, 4, 4))
        .withMessage(
            "rotations [2, 6, 3, 4] do not fit; [heads, dQk, rounds, columns] must be [2, 6, 4, 4],"
                + " columns being half the sum of the bucket factors");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Rotations.of(Tensor.zeros(6, 3, 4)))
        .withMessage("rotations [6, 3, 4] have 3 axes; they must be [heads, dQk, rounds, columns]");
  }

  @Test
  void rotationsThatAreNotFiniteAreRefused() {
    Tensor given = Tensor.zeros(1, 4, 2, 2);
    given.data()[9] = Float.NaN;
    LshConfig config = LshConfig.defaults().withRounds(2).withChunk(4).withBuckets(Buckets.of(4));
    Tensor vectors = Tensor.zeros(1, 20, 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new LshAttention(config, Rotations.of(given))
                .forward(AttentionInput.shared(vectors, vectors), Workers.inline()))
        .withMessage("rotations hold NaN; every number must be finite");
  }

  private static void uncorrelated(float[] a, float[] b, int distance, String what) {
    double product = 0;
    double squares = 0;
    for (int i = 0; i + distance < a.length; i++) {
      product += a[i] * b[i + distance];
      squares += (a[i] * a[i] - 1) * (b[i + distance] * b[i + distance] - 1);
    }
    double n = a.length - distance;
    assertThat(product / n).as(what).isCloseTo(0, within(5 / Math.sqrt(n)));
    // Neither the numbers nor their sizes know of each other.
    assertThat(squares / n).as("squares, " + what).isCloseTo(0, within(10 / Math.sqrt(n)));
  }

  private static float at(Tensor tensor, int... index) {
    int at = 0;
    int[] shape = tensor.shape();
    for (int axis = 0; axis < index.length; axis++) {
      at = at * shape[axis] + index[axis];
    }
    return tensor.data()[at];
  }
}
