package dev.reformer4j.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThinnedTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 499, 500, 501, 1000, 1001, 98_765})
  void aRunOfAnyLengthKeepsItsExtremesInAFewHundredPlaces(int steps) {
    Thinned thinned = new Thinned();
    for (int step = 1; step <= steps; step++) {
      thinned.add(step, step == (steps + 1) / 2 ? 1000 : step % 7);
    }
    Thinned.Line raw = thinned.raw();
    assertThat(raw.x().length).isBetween(Math.min(steps, 250), 1000);
    assertThat(Arrays.stream(raw.y()).max().orElseThrow()).isEqualTo(1000);
    assertThat(raw.x()).isSorted();
    assertThat(thinned.mean().x()[thinned.mean().x().length - 1]).isGreaterThan(0.99 * steps - 1);
  }

  @Test
  void theMeanOfAStraightLineIsThatLineHoweverMuchItIsThinned() {
    Thinned thinned = new Thinned();
    for (int step = 1; step <= 12_345; step++) {
      thinned.add(step, 3.0 * step);
    }
    Thinned.Line mean = thinned.mean();
    for (int i = 0; i < mean.x().length; i++) {
      assertThat(mean.y()[i]).isCloseTo(3 * mean.x()[i], within(1e-6));
    }
    assertThat(thinned.smoothed().y()[0]).isEqualTo(mean.y()[0]);
  }

  @Test
  void aWeightCountsAsThatManyNumbers() {
    Thinned thinned = new Thinned();
    for (int step = 1; step <= 501; step++) {
      thinned.add(step, step == 1 ? 10 : 20, step == 1 ? 3 : 1);
    }
    assertThat(thinned.mean().y()[0]).isEqualTo((3 * 10 + 20) / 4.0);
  }

  @Test
  void whatIsNotFiniteLeavesAGap() {
    Thinned thinned = new Thinned();
    thinned.add(1, 5);
    thinned.add(2, Double.NaN);
    thinned.add(3, 7);
    assertThat(thinned.mean().y()).containsExactly(5, Double.NaN, 7);
    assertThat(new Thinned().mean().last()).isNaN();
  }
}
