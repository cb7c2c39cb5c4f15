package dev.reformer4j.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The process's own output streams, made so that a reader who has gone away ends the command:
/// `PrintStream` and `PrintWriter` would swallow the error, and a long command would go on for
/// nobody.
final class StandardStreams {
  private StandardStreams() {}

  static PrintWriter out() {
    return writer(new Watched(new FileOutputStream(FileDescriptor.out)), System.out.charset());
  }

  static PrintWriter err() {
    return writer(System.err, System.err.charset());
  }

  /// A writer that flushes at every line. An ASCII locale (`LANG=C`, common in containers) would
  /// turn "×" into "?", although what reads the bytes nearly always understands UTF-8.
  private static PrintWriter writer(OutputStream bytes, Charset charset) {
    Charset used = charset.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : charset;
    return new PrintWriter(new OutputStreamWriter(bytes, used), true);
  }

  /// Turns errors of the stream into exceptions that a writer does not swallow.
  static final class Watched extends OutputStream {
    private final OutputStream to;

    Watched(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        to.write(bytes, offset, length);
      } catch (IOException e) {
        throw failure(e);
      }
    }

    @Override
    public void flush() {
      try {
        to.flush();
      } catch (IOException e) {
        throw failure(e);
      }
    }

    private static RuntimeException failure(IOException e) {
      String reason = String.valueOf(e.getMessage());
      return reason.toLowerCase(Locale.ROOT).contains("pipe")
          ? new UserError(
              "whoever reads standard output closed it before all was written; read it to the end,"
                  + " or send it to a file",
              e)
          : new UserError(
              "cannot write to standard output: "
                  + reason
                  + "; send it to a file or a terminal that takes it",
              e);
    }
  }
}
