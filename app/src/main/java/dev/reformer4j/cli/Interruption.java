package dev.reformer4j.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C and `kill`: the JVM would end at once and leave temporary files behind. Here the working
/// thread is interrupted instead and gets a moment to unwind; its `finally` blocks clean up.
final class Interruption {
  /// Longer than any stretch of work between two looks at the interrupt.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final CountDownLatch over = new CountDownLatch(1);

  private Interruption() {}

  /// From now on the end of the process waits for the calling thread's work.
  static Interruption ofThisThread() {
    Interruption interruption = new Interruption();
    Thread working = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> interruption.unwind(working), "interruption"));
    return interruption;
  }

  /// The work has ended by itself; the process may end.
  void workIsOver() {
    over.countDown();
  }

  private void unwind(Thread working) {
    if (over.getCount() == 0) {
      return;
    }
    working.interrupt();
    try {
      over.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
