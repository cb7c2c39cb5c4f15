package dev.reformer4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpareArraysTest {
  private final SpareArrays spare = new SpareArrays();

  @Test
  void whatOnePassGivesBackTheNextOneGets() {
    float[] array = spare.take(5);
    spare.giveBack(array);
    spare.endPass();
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
  void whatAPassHadNoUseForIsLetGo() {
    float[] array = new float[5];
    spare.giveBack(array);
    spare.endPass();
    spare.endPass();
    assertThat(spare.take(5)).isNotSameAs(array);
  }
}
