package dev.reformer4j.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.tensor.Tensor;
import org.junit.jupiter.api.Test;

class PoolingTest {
  private final Tensor hidden = Tensor.of(new float[] {1, 2, 3, 5, 9, -1}, 3, 2);

  @Test
  void meanIsOverTokens() {
    assertThat(Pooling.MEAN.of(hidden).shape()).containsExactly(2);
    assertThat(Pooling.MEAN.of(hidden).data()).containsExactly(13 / 3f, 2);
  }

  @Test
  void firstIsThatOfTheFirstToken() {
    assertThat(Pooling.FIRST.of(hidden).shape()).containsExactly(2);
    assertThat(Pooling.FIRST.of(hidden).data()).containsExactly(1, 2);
  }

  @Test
  void tokensAreAllOfThem() {
    assertThat(Pooling.TOKENS.of(hidden)).isSameAs(hidden);
  }
}
