package dev.reformer4j.cli.train;

import dev.reformer4j.checkpoint.AtomicFile;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.cli.train.RunPage.State;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/// `report.html`, written again and again while a training runs, and once more when it has ended.
final class LiveReport {
  /// Between two writings, unless there is news.
  private static final long PAUSE = Duration.ofSeconds(15).toNanos();

  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  private final Path file;
  private final LongSupplier nanoTime;
  private long lastWritten;

  /// @param nanoTime a clock
  LiveReport(Path file, LongSupplier nanoTime) {
    this.file = file;
    this.nanoTime = nanoTime;
  }

  Path file() {
    return file;
  }

  /// Whether it is old enough to be written again without news.
  boolean isDue() {
    return nanoTime.getAsLong() - lastWritten >= PAUSE;
  }

  /// Writes it while the run goes on.
  void running(RunPage page, OptionalDouble secondsLeft) throws TensorFileException {
    write(page, State.running(secondsLeft));
  }

  /// Writes it for the last time.
  ///
  /// @param words how the run ended
  void ended(RunPage page, String words) throws TensorFileException {
    write(page, State.ended(words));
  }

  private void write(RunPage page, State state) throws TensorFileException {
    AtomicFile.writeText(
        file, page.html(state, WHEN.format(LocalDateTime.now(ZoneId.systemDefault()))));
    lastWritten = nanoTime.getAsLong();
  }
}
