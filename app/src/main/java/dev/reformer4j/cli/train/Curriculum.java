package dev.reformer4j.cli.train;

import dev.reformer4j.cli.UserError;
import dev.reformer4j.train.Examples;
import dev.reformer4j.train.StagedExamples;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Shorter sequences first: they teach the same letters and words for less.
///
/// @param stages in order; after the last comes the usual length
record Curriculum(List<Stage> stages) {
  /// Sequences of one length.
  ///
  /// @param length their tokens
  /// @param until the last step that has them
  record Stage(int length, long until) {}

  /// Refuses stages that do not lead up to the length.
  ///
  /// @param length after them
  /// @throws UserError if one is longer, or the lessons have one length only
  void check(int length, Lessons lessons) {
    if (!stages.isEmpty() && !lessons.anyLength()) {
      throw new UserError(
          "--curriculum is for texts that can be cut anywhere (causal, masked); leave it out");
    }
    for (Stage stage : stages) {
      if (stage.length > length) {
        throw new UserError(
            "--curriculum has sequences of %d, but the training leads up to %d; give shorter ones, or a longer --length"
                .formatted(stage.length, length));
      }
    }
  }

  /// The sequences of all stages.
  ///
  /// @param ofLength those of one length
  /// @param length after the stages
  Examples examples(IntFunction<Examples> ofLength, int length, int batch) {
    List<StagedExamples.Stage> all = new ArrayList<>();
    for (Stage stage : stages) {
      all.add(new StagedExamples.Stage(ofLength.apply(stage.length), stage.until * batch));
    }
    return stages.isEmpty()
        ? ofLength.apply(length)
        : new StagedExamples(all, ofLength.apply(length));
  }

  /// Tokens of a sequence in the first so many steps, all together.
  private long tokens(long steps, int length) {
    long tokens = 0;
    long begin = 0;
    for (Stage stage : stages) {
      tokens += Math.max(0, Math.min(steps, stage.until) - begin) * stage.length;
      begin = stage.until;
    }
    return tokens + Math.max(0, steps - begin) * length;
  }

  /// What is left of a training, as steps of a length.
  ///
  /// @param now the length that is meant
  double stepsLeft(long done, long steps, int length, long now) {
    return (tokens(steps, length) - tokens(done, length)) / (double) now;
  }

  /// How many steps there are for the tokens of so many steps without stages.
  long steps(long whole, int length) {
    long tokens = whole * length;
    long begin = 0;
    for (Stage stage : stages) {
      long here = (stage.until - begin) * stage.length;
      if (tokens <= here) {
        return Math.max(1, begin + tokens / stage.length);
      }
      tokens -= here;
      begin = stage.until;
    }
    return Math.max(1, begin + tokens / length);
  }

  /// As it is typed.
  @Override
  public String toString() {
    return stages.stream()
        .map(stage -> stage.length + ":" + stage.until)
        .collect(Collectors.joining(","));
  }

  /// Stages such as `512:1000,2048:3000`.
  static final class Converter implements ITypeConverter<Curriculum> {
    @Override
    public Curriculum convert(String text) {
      List<Stage> stages = new ArrayList<>();
      long before = 0;
      for (String stage : text.strip().split(",", -1)) {
        if (!stage.matches("\\d{1,9}:\\d{1,12}")) {
          throw new TypeConversionException(
              "'" + text + "' is no list of LENGTH:STEP; give one such as 512:1000,2048:3000");
        }
        int colon = stage.indexOf(':');
        int length = Integer.parseInt(stage.substring(0, colon));
        long until = Long.parseLong(stage.substring(colon + 1));
        if (length < 1 || until <= before) {
          throw new TypeConversionException(
              "in '%s' the stage %s %s; give rising steps, such as 512:1000,2048:3000"
                  .formatted(text, stage, length < 1 ? "has no length" : "ends before it begins"));
        }
        stages.add(new Stage(length, until));
        before = until;
      }
      return new Curriculum(stages);
    }
  }
}
