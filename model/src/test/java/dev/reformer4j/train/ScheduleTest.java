package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.train.Schedule.Decay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScheduleTest {
  @ParameterizedTest
  @EnumSource
  void theRateRisesLinearlyToThePeakAndNeverAboveIt(Decay decay) {
    Schedule schedule = new Schedule(decay, 0.5, 10, 100, 0.1);
    for (int step = 1; step <= 10; step++) {
      assertThat(schedule.rate(step)).isCloseTo(0.05 * step, within(1e-12));
    }
    for (int step = 11; step <= 100; step++) {
      assertThat(schedule.rate(step)).isBetween(0.0, schedule.rate(step - 1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutAWarmUpItBeginsAtThePeak(Decay decay) {
    Schedule schedule = new Schedule(decay, 0.5, 0, 1000, 0);
    assertThat(schedule.rate(1)).isCloseTo(0.5, within(0.5 * 1e-5));
  }

  @Test
  void aCosineIsHalfWayInTheMiddleAndEndsAtItsFloor() {
    Schedule schedule = new Schedule(Decay.COSINE, 2, 10, 110, 0.2);
    assertThat(schedule.rate(60)).isCloseTo(2 * (0.2 + 0.8 / 2), within(1e-12));
    assertThat(schedule.rate(110)).isCloseTo(0.4, within(1e-12));
    assertThat(schedule.rate(200)).isCloseTo(0.4, within(1e-12));
  }

  @Test
  void fourTimesTheStepsHalveTheRateOfRsqrt() {
    Schedule schedule = new Schedule(Decay.RSQRT, 1, 25, 1000, 0);
    assertThat(schedule.rate(100)).isCloseTo(0.5, within(1e-12));
    assertThat(schedule.rate(400)).isCloseTo(0.25, within(1e-12));
  }

  @Test
  void aConstantStays() {
    assertThat(new Schedule(Decay.CONSTANT, 0.3, 2, 10, 0).rate(1_000_000)).isEqualTo(0.3);
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Schedule(Decay.COSINE, 0, 1, 1, 0)).hasMessageContaining("rate");
    assertThatThrownBy(() -> new Schedule(Decay.COSINE, Double.NaN, 1, 1, 0))
        .hasMessageContaining("learning rate is NaN");
    assertThatThrownBy(() -> new Schedule(Decay.COSINE, 1, -1, 1, 0)).hasMessageContaining("warm");
    assertThatThrownBy(() -> new Schedule(Decay.COSINE, 1, 1, 0, 0)).hasMessageContaining("step");
    assertThatThrownBy(() -> new Schedule(Decay.COSINE, 1, 1, 1, 1.5))
        .hasMessageContaining("floor");
  }
}
