package dev.reformer4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpareArraysTest {
  private final SpareArrays spare = new SpareArrays();

  @Test
  void whatIsGivenBackIsHandedOutOnce() {
    float[] array = spare.take(5);
    spare.giveBack(array);
    assertThat(spare.take(5)).isSameAs(array);
    assertThat(spare.take(5)).isNotSameAs(array);
  }

  @Test
  void anArrayHasTheLengthThatWasAskedFor() {
    spare.giveBack(new float[4]);
    spare.giveBack(new float[6]);
    assertThat(spare.take(5)).hasSize(5);
    assertThat(spare.take(6)).hasSize(6);
  }

  @Test
  void aTensorIsOverSuchAnArray() {
    float[] array = new float[6];
    spare.giveBack(array);
    assertThat(spare.tensor(2, 3).data()).isSameAs(array);
  }
}
