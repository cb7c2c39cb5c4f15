package dev.reformer4j.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.train.Step;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ProgressLineTest {
  private final StringWriter said = new StringWriter();
  private long now;

  private ProgressLine line(boolean terminal, Optional<Duration> limit) {
    return new ProgressLine(
        new PrintWriter(said, true),
        terminal,
        1000,
        Measure.perByte(1),
        (step, _) -> 1000 - step,
        limit,
        () -> now);
  }

  private void step(ProgressLine line, long number, double loss, double seconds) {
    now += TimeUnit.SECONDS.toNanos(1) * (long) (seconds * 1000) / 1000;
    boolean skipped = Double.isNaN(loss);
    line.step(
        new Step(number, loss, 0.5, 1, 0.001, 2000, seconds, OptionalDouble.empty(), skipped));
  }

  @Test
  void elsewhereThanOnATerminalThereIsAPlainLineNowAndThen() {
    ProgressLine line = line(false, Optional.empty());
    for (int i = 1; i <= 25; i++) {
      step(line, i, Math.log(2), 1);
    }
    assertThat(said.toString().lines())
        .containsExactly(
            "reformer4j: step 10 of 1,000  1.000 bits per byte  loss 0.693  rate 0.0010  2,000"
                + " tokens/s  16.5 min left",
            "reformer4j: step 20 of 1,000  1.000 bits per byte  loss 0.693  rate 0.0010  2,000"
                + " tokens/s  16.3 min left");
  }

  @Test
  void onATerminalOneLineChangesAndIsTakenAwayForOthers() {
    ProgressLine line = line(true, Optional.empty());
    step(line, 1, 2, 1);
    assertThat(said.toString()).startsWith("\rstep 1 of 1,000").doesNotContain("\n");
    line.say("something else");
    assertThat(said.toString()).matches("(?s)\rstep[^\r]*\r +\rreformer4j: something else\n");
  }

  @Test
  void noMoreTimeIsLeftThanTheLimitAllows() {
    ProgressLine line = line(false, Optional.of(Duration.ofSeconds(30)));
    step(line, 1, 2, 12);
    assertThat(said.toString()).contains("18.0 s left");
  }

  @Test
  void aSkippedStepDoesNotSpoilTheMeans() {
    ProgressLine line = line(false, Optional.empty());
    step(line, 1, 2, 1);
    step(line, 2, Double.NaN, 12);
    assertThat(said.toString()).contains("loss 2.000", "(skipped: not finite)");
  }

  @ParameterizedTest
  @CsvSource({"90s, 90", "30m, 1800", "1h30m, 5400", "2H, 7200", "1d1s, 86401"})
  void timesAreReadAsPeopleWriteThem(String text, long seconds) {
    assertThat(new LengthOptions.Time().convert(text)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "m", "1m1h", "-5m", "1.5h", "0m", "99999999s"})
  void whatIsNoTimeIsRefused(String text) {
    assertThatThrownBy(() -> new LengthOptions.Time().convert(text))
        .isInstanceOf(TypeConversionException.class);
  }
}
