package dev.reformer4j.cli.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jline.utils.Signals;

/// Ctrl-C and `kill`: the first asks the work to come to an end by itself, the second ends the
/// process as they always do.
final class StopSignals implements AutoCloseable {
  /// A signal that stops, and the exit code of a process that it ended.
  private enum Kind {
    INT(128 + 2),
    TERM(128 + 15);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }
  }

  private record Before(Kind kind, Object handler) {}

  private final AtomicInteger exitCode = new AtomicInteger();
  private final List<Before> before = new ArrayList<>();
  private final Consumer<String> onFirst;

  private StopSignals(Consumer<String> onFirst) {
    this.onFirst = onFirst;
  }

  /// Listens from now on.
  ///
  /// @param onFirst called once, on a thread of its own, with the name of the signal
  static StopSignals listen(Consumer<String> onFirst) {
    StopSignals signals = new StopSignals(onFirst);
    for (Kind kind : Kind.values()) {
      Object handler = Signals.register(kind.name(), () -> signals.arrived(kind));
      if (handler != null) {
        signals.before.add(new Before(kind, handler));
      }
    }
    return signals;
  }

  private void arrived(Kind kind) {
    if (exitCode.compareAndSet(0, kind.exitCode)) {
      close();
      onFirst.accept(kind.name());
    }
  }

  /// The exit code of a process that was asked to stop; 0 if nobody did.
  int exitCode() {
    return exitCode.get();
  }

  /// Puts back what was before.
  @Override
  public synchronized void close() {
    before.forEach(one -> Signals.unregister(one.kind.name(), one.handler));
    before.clear();
  }
}
