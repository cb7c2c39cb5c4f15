package dev.reformer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Kills a JVM in the middle of writing.
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class AtomicFileKillTest {
  @TempDir Path directory;

  /// Writes half a file, says so, and waits to be killed.
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws IOException {
      AtomicFile.write(
          Path.of(arguments[0]),
          out -> {
            out.write(ByteBuffer.allocate(100_000));
            System.out.println("half");
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(60));
            throw new IOException("nobody came");
          });
    }
  }

  private Process halfWritten(Path file) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                root(AtomicFile.class) + File.pathSeparator + root(Writer.class),
                Writer.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("half");
    assertThat(temporaries()).isEqualTo(1);
    return process;
  }

  /// The directory that a class was loaded from.
  private static Path root(Class<?> type) {
    String path = type.getName().replace('.', '/') + ".class";
    String url = type.getResource("/" + path).toString();
    return Path.of(URI.create(url.substring(0, url.length() - path.length())));
  }

  private long temporaries() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".tmp")).count();
    }
  }

  @Test
  void aKillThatLeavesNoTimeKeepsThePreviousFile() throws Exception {
    Path file = Files.writeString(directory.resolve("x"), "before");
    Process process = halfWritten(file);
    process.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
    assertThat(file).hasContent("before");
  }

  @Test
  void aPoliteKillKeepsThePreviousFileAndTidiesUp() throws Exception {
    Path file = Files.writeString(directory.resolve("x"), "before");
    Process process = halfWritten(file);
    process.destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(file).hasContent("before");
    assertThat(temporaries()).isZero();
  }
}
