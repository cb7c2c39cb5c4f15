package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Say;
import dev.reformer4j.train.Step;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/// How a training is getting on: on a terminal one line that changes, elsewhere a line now and
/// then.
final class ProgressLine {
  private static final long ON_TERMINAL = Duration.ofMillis(250).toNanos();
  private static final long ELSEWHERE = Duration.ofSeconds(10).toNanos();

  /// Steps that speed and loss are means of.
  private static final int MEMORY = 20;

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private final long steps;
  private final Measure measure;
  private final StepsLeft stepsLeft;
  private final Optional<Duration> limit;
  private final long begun;
  private long lastShown;
  private int shownLength;
  private final Deque<Step> recent = new ArrayDeque<>();

  /// What is left of a training.
  interface StepsLeft {
    /// How much follows a step.
    ///
    /// @param tokens of a step lately
    /// @return as many such steps as take as long as all that follow
    double after(long step, long tokens);
  }

  /// @param steps of the whole training
  /// @param measure how the loss is told
  /// @param stepsLeft what is left after a step
  /// @param limit the time after which it stops
  /// @param nanoTime a clock
  ProgressLine(
      PrintWriter err,
      boolean terminal,
      long steps,
      Measure measure,
      StepsLeft stepsLeft,
      Optional<Duration> limit,
      LongSupplier nanoTime) {
    this.err = err;
    this.terminal = terminal;
    this.steps = steps;
    this.measure = measure;
    this.stepsLeft = stepsLeft;
    this.limit = limit;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
    this.lastShown = begun;
  }

  /// After a step.
  synchronized void step(Step step) {
    recent.add(step);
    if (recent.size() > MEMORY) {
      recent.remove();
    }
    long now = nanoTime.getAsLong();
    if (now - lastShown >= (terminal ? ON_TERMINAL : ELSEWHERE)) {
      lastShown = now;
      show(line(step, now));
    }
  }

  private String line(Step step, long now) {
    double seconds = recent.stream().mapToDouble(Step::seconds).average().orElseThrow();
    double tokens = recent.stream().mapToDouble(Step::tokens).average().orElseThrow();
    double loss =
        recent.stream()
            .filter(one -> !one.skipped())
            .mapToDouble(Step::loss)
            .average()
            .orElse(Double.NaN);
    double accuracy =
        recent.stream()
            .filter(one -> !one.skipped())
            .mapToDouble(Step::accuracy)
            .average()
            .orElse(Double.NaN);
    return String.format(
        Locale.ROOT,
        "step %s of %s  %s  loss %.3f  rate %.2g  %s tokens/s  %s left%s",
        Say.count(step.number()),
        Say.count(steps),
        measure.words(loss, accuracy, 3),
        loss,
        step.rate(),
        Say.count(Math.round(tokens / seconds)),
        Say.seconds(secondsLeft(step, now)),
        step.skipped() ? "  (skipped: not finite)" : "");
  }

  /// What is left of the training, by the last steps; empty before the first.
  synchronized OptionalDouble secondsLeft() {
    return recent.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(secondsLeft(recent.getLast(), nanoTime.getAsLong()));
  }

  private double secondsLeft(Step last, long now) {
    double seconds = recent.stream().mapToDouble(Step::seconds).average().orElseThrow();
    double tokens = recent.stream().mapToDouble(Step::tokens).average().orElseThrow();
    return left(stepsLeft.after(last.number(), Math.round(tokens)) * seconds, now);
  }

  private double left(double all, long now) {
    double spent = (now - begun) * 1e-9;
    return limit.map(time -> Math.clamp(time.toNanos() * 1e-9 - spent, 0, all)).orElse(all);
  }

  /// A line that stays.
  synchronized void say(String line) {
    clear();
    err.println("reformer4j: " + line);
    err.flush();
  }

  private void show(String line) {
    if (!terminal) {
      say(line);
      return;
    }
    err.print("\r" + line + " ".repeat(Math.max(0, shownLength - line.length())));
    err.flush();
    shownLength = line.length();
  }

  /// Takes the changing line away.
  synchronized void clear() {
    if (shownLength > 0) {
      err.print("\r" + " ".repeat(shownLength) + "\r");
      err.flush();
      shownLength = 0;
    }
  }
}
