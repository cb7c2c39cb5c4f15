package dev.reformer4j.cli.chat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.SynchronousQueue;
import org.jline.utils.Signals;

/// Lines of a pipe or a file, in UTF-8. They are read on a thread of their own, because reading
/// itself cannot be interrupted, and Ctrl-C shall not have to wait for a line.
final class PlainLines implements LineSource {
  private final SynchronousQueue<Line> lines = new SynchronousQueue<>();

  /// A line, the end, or why there are no more.
  private record Line(Optional<String> text, Optional<IOException> failure) {}

  PlainLines(InputStream in) {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    Thread.ofPlatform().daemon().name("lines").start(() -> readAll(reader));
  }

  private void readAll(BufferedReader reader) {
    try {
      while (true) {
        Line line = read(reader);
        lines.put(line);
        if (line.text().isEmpty()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Line read(BufferedReader reader) {
    try {
      return new Line(Optional.ofNullable(reader.readLine()), Optional.empty());
    } catch (CharacterCodingException e) {
      return new Line(
          Optional.empty(),
          Optional.of(
              new IOException(
                  "standard input is not UTF-8; convert it first, such as by iconv", e)));
    } catch (IOException e) {
      return new Line(Optional.empty(), Optional.of(e));
    }
  }

  @Override
  public Optional<String> next() throws IOException {
    try {
      Line line = lines.take();
      if (line.failure().isPresent()) {
        throw line.failure().get();
      }
      return line.text();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for a line");
    }
  }

  @Override
  public Interrupting onInterrupt(Runnable stop) {
    Object before = Signals.register("INT", stop);
    return () -> Signals.unregister("INT", before);
  }

  @Override
  public void close() {}
}
