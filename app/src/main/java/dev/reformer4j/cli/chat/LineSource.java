package dev.reformer4j.cli.chat;

import java.io.IOException;
import java.util.Optional;

/// Where what the user says comes from.
interface LineSource extends AutoCloseable {
  /// Waits for a line.
  ///
  /// @return empty if there will be none any more
  /// @throws java.util.concurrent.CancellationException if the process is to end
  Optional<String> next() throws IOException;

  /// From now on Ctrl-C calls this instead of ending the process, until what is returned is closed.
  Interrupting onInterrupt(Runnable stop);

  @Override
  void close() throws IOException;

  /// Ends what [#onInterrupt] began.
  interface Interrupting extends AutoCloseable {
    @Override
    void close();
  }
}
