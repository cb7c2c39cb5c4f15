package dev.reformer4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TensorTest {
  @Test
  void aTensorIsAShapeOverTheNumbersGiven() {
    float[] numbers = {1, 2, 3, 4, 5, 6};
    Tensor tensor = Tensor.of(numbers, 1, 2, 3);
    assertThat(tensor.data()).isSameAs(numbers);
    assertThat(tensor.shape()).containsExactly(1, 2, 3);
    assertThat(tensor.rank()).isEqualTo(3);
    assertThat(tensor.size()).isEqualTo(6);
    assertThat(tensor.dim(1)).isEqualTo(2);
    assertThat(tensor.dim(-1)).isEqualTo(3);
    assertThat(tensor.dim(-3)).isEqualTo(1);
    assertThat(tensor).hasToString("[1, 2, 3]");
  }

  @Test
  void reshapingSharesTheNumbers() {
    Tensor tensor = Tensor.zeros(4, 6);
    Tensor other = tensor.reshape(2, 12);
    other.data()[23] = 5;
    assertThat(tensor.data()[23]).isEqualTo(5);
    assertThat(other).hasToString("[2, 12]");
  }

  @Test
  void nobodyChangesAShapeFromOutside() {
    int[] shape = {2, 3};
    Tensor zeros = Tensor.zeros(shape);
    Tensor given = Tensor.of(new float[6], shape);
    shape[0] = 7;
    zeros.shape()[1] = 9;
    assertThat(zeros.shape()).containsExactly(2, 3);
    assertThat(given.shape()).containsExactly(2, 3);
  }

  @Test
  void aShapeMayBeEmptyOrHaveNoAxis() {
    assertThat(Tensor.zeros(3, 0, 5).size()).isZero();
    assertThat(Tensor.zeros().size()).isEqualTo(1);
    assertThat(Tensor.sizeOf(65536, 0, 65536, 65536)).isZero();
    assertThat(Tensor.sizeOf(1, Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void whatDoesNotFitIsSaid() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(new float[5], 2, 3))
        .withMessage(
            "shape [2, 3] needs 6 numbers, but 5 were given; give as many numbers as the axes"
                + " multiply to");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.zeros(2, -3))
        .withMessage("shape [2, -3] has a negative axis; every axis must be 0 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.zeros(4, 6).reshape(5, 5))
        .withMessageContaining("shape [5, 5] needs 25 numbers, but 24 were given");
  }

  @Test
  void moreNumbersThanOneArrayHoldsAreRefusedAndNotWrappedAround() {
    for (int[] shape :
        new int[][] {{65536, 32768}, {65536, 65536}, {1 << 30, 1 << 30, 1 << 30}, {3, 1 << 30}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Tensor.zeros(shape))
          .withMessageContaining("holds more than 2147483647 numbers")
          .withMessageContaining("split the heads or the batch over several calls");
    }
  }
}
