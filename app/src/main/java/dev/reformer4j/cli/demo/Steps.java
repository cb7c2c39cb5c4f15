package dev.reformer4j.cli.demo;

import dev.reformer4j.cli.Say;
import dev.reformer4j.explain.Screen;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Supplier;

/// Tells how far a command with several steps is: a bar that moves where there is a terminal, a
/// line a step where there is none.
final class Steps {
  private static final Duration BEAT = Duration.ofMillis(200);
  private static final int BAR = 20;
  private static final String BACK = "\r\u001b[K";

  private final PrintWriter err;
  private final boolean terminal;
  private final int width;
  private final int all;
  private int done;

  /// @param terminal whether there is one
  /// @param width its columns, which the bar must not exceed
  /// @param all how many steps there are
  Steps(PrintWriter err, boolean terminal, int width, int all) {
    this.err = err;
    this.terminal = terminal;
    this.width = width;
    this.all = all;
  }

  /// Does one step.
  ///
  /// @param doing what it does, such as "learning what the words mean"
  <T> T step(String doing, Supplier<T> work) {
    long start = System.nanoTime();
    Thread beat = terminal ? beat(doing, start) : announced(doing);
    try {
      return work.get();
    } finally {
      end(beat);
      done++;
      String line = "%d/%d  %s: %s".formatted(done, all, doing, Say.seconds(since(start)));
      err.println((terminal ? BACK : "reformer4j: ") + line);
    }
  }

  private Thread announced(String doing) {
    err.println("reformer4j: " + (done + 1) + "/" + all + "  " + doing + " …");
    return Thread.currentThread();
  }

  private Thread beat(String doing, long start) {
    int filled = BAR * done / all;
    String bar = "█".repeat(filled) + "·".repeat(BAR - filled);
    return Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              String line = bar + "  " + doing + " … " + Say.seconds(since(start));
              err.print(BACK + Screen.cut(line, width - 1));
              err.flush();
              Thread.sleep(BEAT);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void end(Thread beat) {
    if (!terminal) {
      return;
    }
    beat.interrupt();
    try {
      beat.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
