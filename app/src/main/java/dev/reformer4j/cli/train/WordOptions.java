package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.UserError;
import picocli.CommandLine.Option;

/// The words of the duplication task.
final class WordOptions {
  private static final int LONGEST = 1 << 24;
  private static final int MOST_SYMBOLS = 1 << 20;

  @Option(
      names = "--word-length",
      paramLabel = "W",
      converter = Numbers.Positive.class,
      description =
          "Symbols of a word of the duplication task; a sequence is twice that and two more.")
  private Integer length;

  @Option(
      names = "--symbols",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Symbols that there are in the duplication task. Default: 127.")
  private Integer symbols;

  /// Refuses them where the task is another one, and their lack where it is this one.
  void check(TaskName task) {
    if (task == TaskName.DUPLICATION) {
      if (length == null) {
        throw new UserError("--task duplication needs --word-length; give one such as 31");
      }
      requireAtMost("--word-length", length, LONGEST);
      requireAtMost("--symbols", symbols(), MOST_SYMBOLS);
    } else if (length != null || symbols != null) {
      throw new UserError(
          "%s is for --task duplication, but the task is %s; leave it out"
              .formatted(length != null ? "--word-length" : "--symbols", task));
    }
  }

  private static void requireAtMost(String option, int value, int most) {
    if (value > most) {
      throw new UserError("%s %d is too large; give at most %d".formatted(option, value, most));
    }
  }

  int length() {
    return length;
  }

  int symbols() {
    return symbols == null ? DuplicationTask.SYMBOLS : symbols;
  }
}
