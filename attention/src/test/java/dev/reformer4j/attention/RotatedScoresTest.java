package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RotatedScoresTest {
  /// The worked example of docs/lsh-attention.md: one token, three rounds, four buckets.
  @Test
  void theArgmaxNamesTheBucket() {
    RotatedScores first = RotatedScores.of(-0.41, 2.67);
    RotatedScores second = RotatedScores.of(-3.03, 1.12);
    RotatedScores third = RotatedScores.of(1.83, -0.95);

    assertThat(first.argmax()).isEqualTo(1);
    assertThat(second.argmax()).isEqualTo(2);
    assertThat(third.argmax()).isEqualTo(0);

    assertThat(first.mirrored(1)).isEqualTo(2.67);
    assertThat(second.mirrored(2)).isEqualTo(3.03);
    assertThat(third.mirrored(0)).isEqualTo(1.83);
    assertThat(first.factor()).isEqualTo(4);
  }

  @Test
  void theLowestIndexWinsATie() {
    assertThat(RotatedScores.of(1, 1).argmax()).isZero();
    assertThat(RotatedScores.of(0, 0, 0).argmax()).isZero();
    assertThat(RotatedScores.of(-2, 2).argmax()).isEqualTo(1);
  }

  @Test
  void scalingDoesNotMoveIt() {
    assertThat(RotatedScores.of(-4.1e-20, 2.67e-19).argmax()).isEqualTo(1);
    assertThat(RotatedScores.of(-4.1e20, 2.67e21).argmax()).isEqualTo(1);
  }

  @Test
  void aFactorHasAtLeastTwoBuckets() {
    assertThatThrownBy(RotatedScores::of)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no rotated value given");
  }
}
