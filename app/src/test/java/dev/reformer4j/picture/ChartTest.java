package dev.reformer4j.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.picture.Chart.Scale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChartTest {
  @Test
  void anAxisHoldsItsNumbersAndHasAFewTicksWhateverTheyAre() {
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      double min = Math.pow(10, random.nextDouble(-8, 8));
      double max = min * Math.pow(10, random.nextDouble(0, random.nextBoolean() ? 0.1 : 9));
      for (Axis axis : new Axis[] {Axis.linear(min, max), Axis.logarithmic(min, max)}) {
        assertThat(axis.low()).as("seed %d", seed).isLessThanOrEqualTo(min * (1 + 1e-9));
        assertThat(axis.high()).as("seed %d", seed).isGreaterThanOrEqualTo(max * (1 - 1e-9));
        assertThat(axis.ticks()).as("seed %d", seed).hasSizeBetween(2, 12).isSorted();
        assertThat(axis.place(axis.low())).isZero();
        assertThat(axis.place(axis.high())).isCloseTo(1, within(1e-12));
        assertThat(axis.ticks().stream().map(Axis::said).distinct())
            .as("seed %d: %s", seed, axis)
            .hasSizeGreaterThanOrEqualTo(2);
      }
    }
  }

  @Test
  void anAxisOfOneNumberHasRoomOnBothSides() {
    for (double number : new double[] {0, 1, 1e-9, 12_345}) {
      Axis axis = Axis.linear(number, number);
      assertThat(axis.place(number)).isBetween(0.1, 0.9);
    }
  }

  @Test
  void ticksAreWrittenShort() {
    assertThat(Axis.said(0.002)).isEqualTo("0.002");
    assertThat(Axis.said(20_000)).isEqualTo("20,000");
    assertThat(Axis.said(2_500_000)).isEqualTo("2.5M");
    assertThat(Axis.said(2e-5)).isEqualTo("2e-5");
    assertThat(Axis.said(0)).isEqualTo("0");
    assertThat(Axis.said(100)).isEqualTo("100");
  }

  @Test
  void whatIsNotFiniteIsLeftOutAndLeavesAGap() {
    double[] x = {1, 2, 3, 4};
    double[] y = {5, Double.NaN, 6, 7};
    String svg = new Chart("step", "loss", Scale.FROM_ZERO).curve("", x, y).svg("d", 0, 4).inline();
    WellFormed.check(svg);
    assertThat(svg).doesNotContain("NaN");
    assertThat(svg).containsPattern("d='M[\\d. ]+M[\\d. ]+L[\\d. ]+'");
  }

  @Test
  void aChartOfNothingSaysSo() {
    Chart chart = new Chart("step", "loss", Scale.LOGARITHMIC);
    chart.points("held out", new double[] {1}, new double[] {0});
    String svg = chart.svg("d", 0, 0).inline();
    WellFormed.check(svg);
    assertThat(svg).contains("nothing yet");
  }
}
