package dev.reformer4j.cli;

import java.io.PrintWriter;
import java.time.Duration;

/// A note every few seconds while something long runs, so that nobody wonders whether it still
/// does. Work that is over sooner says nothing.
public final class Progress implements AutoCloseable {
  private static final Duration STEP = Duration.ofSeconds(5);

  private final Thread ticker;

  private Progress(Thread ticker) {
    this.ticker = ticker;
  }

  /// Starts the clock.
  ///
  /// @param err where notes go
  /// @param doing what is being done, such as "attending"
  public static Progress of(PrintWriter err, String doing) {
    long start = System.nanoTime();
    return new Progress(
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (true) {
                  Thread.sleep(STEP);
                  double seconds = (System.nanoTime() - start) / 1e9;
                  err.println("reformer4j: " + doing + ", " + Say.seconds(seconds) + " so far …");
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
  }

  /// Stops the notes.
  @Override
  public void close() {
    ticker.interrupt();
  }
}
