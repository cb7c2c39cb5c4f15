package dev.reformer4j.cli;

import dev.reformer4j.attention.Workers;
import picocli.CommandLine.Option;

/// The option `--threads`, for commands that do long work.
public final class Threads {
  @Option(
      names = "--threads",
      paramLabel = "T",
      converter = Numbers.Threads.class,
      description =
          "Threads that share the work; the results do not depend on it. Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  /// How many.
  public int count() {
    return threads;
  }

  /// As many workers; to be closed.
  public Workers workers() {
    return Workers.of(threads);
  }
}
