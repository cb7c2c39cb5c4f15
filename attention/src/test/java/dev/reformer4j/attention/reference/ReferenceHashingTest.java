package dev.reformer4j.attention.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.tensor.Tensor;
import org.junit.jupiter.api.Test;

/// Hashing by definition, on numbers small enough to follow by hand.
class ReferenceHashingTest {
  @Test
  void theIndexOfTheMaximumNamesTheBucket() {
    double[][] rotated = {{1.2, 2.67, -0.3}, {0.4, -1.1, 3.03}, {1.83, 0.2, -0.9}};

    assertThat(ReferenceHashing.id(rotated[0], 6)).isEqualTo(1);
    assertThat(ReferenceHashing.id(rotated[1], 6)).isEqualTo(2);
    assertThat(ReferenceHashing.id(rotated[2], 6)).isZero();
  }

  @Test
  void theNegativeOfAColumnIsAGoalPostOfItsOwn() {
    assertThat(ReferenceHashing.id(new double[] {0.5, -2}, 4)).isEqualTo(3);
  }

  @Test
  void theFirstFactorIsTheLeastSignificant() {
    double[] rotated = {-3, /* second factor */ 0.1, 4, /* third */ 5};

    assertThat(ReferenceHashing.id(rotated, 2, 4, 2)).isEqualTo(1 + 2 * (1 + 4 * 0));
  }

  @Test
  void theLowestIndexWinsTies() {
    assertThat(ReferenceHashing.id(new double[] {0, 0, 0}, 6)).isZero();
    assertThat(ReferenceHashing.id(new double[] {1, -2, 2}, 6)).isEqualTo(2);
  }

  @Test
  void theLeadIsThatOfTheClosestFactor() {
    assertThat(ReferenceHashing.lead(new double[] {3, 1, 0.25}, 4, 2)).isEqualTo(0.5);
  }

  @Test
  void paddingIsBehindAllBuckets() {
    Tensor x = Tensor.of(new float[] {1, -1, 2}, 1, 3, 1);
    AttentionInput input = AttentionInput.shared(x, x).withMask(new boolean[] {true, true, false});
    Tensor rotations = Tensor.of(new float[] {1, 0.5f, -1, 0.5f}, 1, 1, 2, 2);

    int[][][][] ids = ReferenceHashing.queryIds(input, rotations, 2, 2);

    assertThat(ids[0][0]).isDeepEqualTo(new int[][] {{0, 3, 4}, {1, 2, 4}});
  }

  @Test
  void equalBucketsKeepTheirOrder() {
    assertThat(ReferenceHashing.order(new int[][] {{2, 0, 2, 1, 0}}))
        .isDeepEqualTo(new int[][] {{1, 4, 3, 0, 2}});
  }
}
