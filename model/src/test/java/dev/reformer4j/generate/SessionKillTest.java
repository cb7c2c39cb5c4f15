package dev.reformer4j.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.text.Vocabulary;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Kills a JVM in the middle of saving a session.
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class SessionKillTest {
  @TempDir Path directory;

  private static ToyModel model() {
    return new ToyModel(258, 100_000, 3);
  }

  /// Begins to save a session that would take the place of the first, and waits to be killed.
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws Exception {
      ToyModel model = model();
      model.beforeWriting =
          () -> {
            System.out.println("half");
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(60));
            throw new IllegalStateException("nobody came");
          };
      Generator generator = new Generator(model, Vocabulary.bytes());
      Session session = generator.newSession();
      session.append("x".repeat(90_000));
      generator.goOn(session, GenerateRequest.of(Sampling.greedy(), 1), TextListener.none());
      session.save(Path.of(arguments[0]));
    }
  }

  @Test
  void theSessionSavedBeforeIsStillThere() throws Exception {
    Path file = directory.resolve("session");
    Generator generator = new Generator(model(), Vocabulary.bytes());
    Session session = generator.newSession();
    session.append("saved before");
    session.save(file);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Stream.of(Generator.class, ToyModel.class, dev.reformer4j.tensor.Tensor.class)
                    .map(SessionKillTest::root)
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator)),
                Writer.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("half");
    assertThat(temporaryBytes()).as("a good part was on its way").isGreaterThan(100_000);
    process.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
    assertThat(generator.restore(file).text()).isEqualTo("saved before");
  }

  private long temporaryBytes() throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return Files.size(
          files.filter(file -> file.toString().endsWith(".tmp")).findFirst().orElseThrow());
    }
  }

  /// The directory or jar that a class was loaded from.
  private static Path root(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }
}
