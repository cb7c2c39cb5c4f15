package dev.reformer4j.explorer;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/// An explorer on any free loopback port, with two threads: what tests look at.
final class LocalExplorer {
  private LocalExplorer() {}

  /// @param log hears of defects
  static Explorer serve(Source source, Writer log) throws IOException {
    return Explorer.start(
        "127.0.0.1",
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        Optional.empty(),
        source,
        2,
        new PrintWriter(log, true));
  }

  /// Where its page is.
  static String url(Explorer explorer) {
    return "http://127.0.0.1:" + explorer.address().getPort() + "/";
  }
}
