package dev.reformer4j.bench.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the operating system gave this process at most, heap and everything else.
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";

  private PeakMemory() {}

  /// Bytes that were resident at once, at most.
  ///
  /// @throws IOException if this is not Linux, which alone tells
  static long bytes() throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(PEAK)) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException(STATUS + " has no line " + PEAK + "; peak memory is measured on Linux");
  }
}
