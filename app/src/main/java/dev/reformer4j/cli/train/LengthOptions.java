package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.UserError;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// How long a training is, and its sequences.
final class LengthOptions {
  @Option(
      names = "--steps",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Steps of the whole training. Default: as many as fit into --time.")
  private Integer steps;

  @Option(
      names = "--time",
      paramLabel = "T",
      converter = Time.class,
      description =
          "Save and stop after this time, such as 90s, 30m or 1h30m. Without --steps a"
              + " twentieth of it, or up to a fifth of a short one, is spent on finding out how many"
              + " steps fit.")
  private Duration time;

  @Option(
      names = "--length",
      paramLabel = "N",
      converter = Numbers.Tokens.class,
      description =
          "Tokens of one sequence, up to the positions of the model. Default: 2048. Longer ones"
              + " teach longer memories.")
  private Integer length;

  @Option(
      names = "--curriculum",
      paramLabel = "N:STEP,…",
      converter = Curriculum.Converter.class,
      description =
          "Shorter sequences first: 512:1000,2048:3000 has 512 tokens up to step 1000, then 2,048 up"
              + " to step 3000, then --length.")
  private Curriculum curriculum = new Curriculum(List.of());

  @Option(
      names = "--batch",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description =
          "Sequences of one step: their gradients are summed one after the other, so that memory"
              + " does not grow with them. Default: 1; 8 of the duplication task.")
  private Integer batch;

  /// Refuses a training without an end.
  void check() {
    if (steps == null && time == null) {
      throw new UserError(
          "neither --steps nor --time says how long to train; give --time 30m, for instance");
    }
  }

  /// Steps that were asked for; empty if the time decides.
  Optional<Long> steps() {
    return Optional.ofNullable(steps).map(Integer::longValue);
  }

  /// When to stop.
  Optional<Duration> time() {
    return Optional.ofNullable(time);
  }

  /// Tokens of one sequence, if the user says how many.
  OptionalInt length() {
    return length == null ? OptionalInt.empty() : OptionalInt.of(length);
  }

  /// Stages of shorter sequences; perhaps none.
  Curriculum curriculum() {
    return curriculum;
  }

  /// Sequences of one step.
  ///
  /// @param usual where the user does not say
  int batch(int usual) {
    return batch == null ? usual : batch;
  }

  /// A time such as `90s`, `30m`, `2h` or `1h30m`.
  static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      String compact = text.strip().toLowerCase(Locale.ROOT);
      if (!compact.matches("(?=\\d)(\\d{1,6}d)?(\\d{1,6}h)?(\\d{1,6}m)?(\\d{1,6}s)?")) {
        throw new TypeConversionException(
            "'" + text + "' is not a time; give one such as 90s, 30m or 1h30m");
      }
      int day = compact.indexOf('d') + 1;
      String rest = compact.substring(day);
      Duration whole =
          Duration.parse("P" + compact.substring(0, day) + (rest.isEmpty() ? "" : "T" + rest));
      if (whole.isZero()) {
        throw new TypeConversionException("'" + text + "' is no time at all; give one such as 30m");
      }
      return whole;
    }
  }
}
