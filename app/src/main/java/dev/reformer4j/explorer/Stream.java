package dev.reformer4j.explorer;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Lines on their way from who computes them to who reads them. A reader that is slow holds up the
/// computing; one that is gone ends it.
final class Stream {
  private static final int LINES_WAITING = 64;
  private static final byte[] END = {};

  private final BlockingQueue<byte[]> lines = new ArrayBlockingQueue<>(LINES_WAITING);

  /// What was wrong with the request, if that came out before the first line.
  private volatile Problem refusal;

  private volatile boolean begun;

  private Stream() {}

  /// Writes the lines of some work as they come.
  ///
  /// @param work gets where to put its lines
  /// @param out opened when the first line is there, so that what goes wrong before it can still be
  ///   told by a status
  static void copy(Desk desk, Optional<String> name, Consumer<Consumer<byte[]>> work, Opening out)
      throws IOException {
    Stream stream = new Stream();
    Future<?> future =
        desk.start(
            name,
            () -> {
              try {
                work.accept(stream::put);
              } catch (Problem | IllegalArgumentException e) {
                stream.refuse(e);
              } finally {
                stream.end();
              }
              return null;
            });
    try {
      stream.write(future, desk, out);
    } catch (InterruptedException _) {
      throw Problem.unavailable("the explorer is closing");
    } finally {
      future.cancel(true);
    }
  }

  /// Where lines go to.
  interface Opening {
    OutputStream open() throws IOException;
  }

  private void refuse(RuntimeException e) {
    if (begun) {
      put(Json.error(e.getMessage()));
    } else {
      refusal = e instanceof Problem problem ? problem : Problem.badRequest(e.getMessage());
    }
  }

  private void put(byte[] line) {
    begun = true;
    try {
      lines.put(line);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("nobody reads this any more");
    }
  }

  /// The end must get through to a reader that is there, but not wait for one that is not.
  private void end() {
    boolean interrupted = Thread.interrupted();
    if (!lines.offer(END)) {
      lines.clear();
      lines.add(END);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Future<?> future, Desk desk, Opening out)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + desk.longest().toNanos();
    byte[] line = next(future, deadline);
    if (isEnd(line) && refusal != null) {
      throw refusal;
    }
    if (isEnd(line)) {
      throw Problem.cancelled("this was cancelled, or asked for anew; nothing is wrong");
    }
    try (OutputStream body = out.open()) {
      for (; !isEnd(line); line = next(future, deadline)) {
        body.write(line);
        body.write('\n');
        body.flush();
      }
    }
  }

  /// No line is empty but that.
  private static boolean isEnd(byte[] line) {
    return line.length == 0;
  }

  /// A line, or the end; that too where the work was cancelled before it began.
  private byte[] next(Future<?> future, long deadline) throws InterruptedException {
    while (System.nanoTime() < deadline) {
      byte[] line = lines.poll(200, TimeUnit.MILLISECONDS);
      if (line != null) {
        return line;
      }
      if (future.isDone() && lines.isEmpty()) {
        return END;
      }
    }
    return END;
  }
}
