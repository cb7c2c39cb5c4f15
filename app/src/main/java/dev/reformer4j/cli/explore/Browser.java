package dev.reformer4j.cli.explore;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// The user's browser, opened with the program that every system has for that.
final class Browser {
  private Browser() {}

  /// Opens an address.
  ///
  /// @return false if there is no program for that
  static boolean open(String url) {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    List<String> command =
        system.contains("mac")
            ? List.of("open", url)
            : system.contains("win")
                ? List.of("rundll32", "url.dll,FileProtocolHandler", url)
                : List.of("xdg-open", url);
    try {
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
