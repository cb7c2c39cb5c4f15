package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.train.TrainingOptions.OptimizerKind;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.json.JsonFactory;

/// Kills a training JVM without warning, and lets its disk overflow.
@DisabledOnOs(OS.WINDOWS)
@Timeout(600)
class TrainingKillTest {
  private static final int KILLS = 20;
  private static final int STEPS = 300;
  private static final String LAST = "checkpoints/step-0000000300.safetensors";

  @TempDir Path directory;

  /// Begins a training in a directory, or goes on with it, to the end; says every step.
  static final class Training {
    private Training() {}

    public static void main(String[] arguments) throws IOException {
      RunOptions options = new RunOptions(10, 2, 3, 3, Optional.empty(), 0);
      try (RunDirectory directory = RunDirectory.open(Path.of(arguments[0]))) {
        TrainingRun run =
            new TrainingRun(
                directory,
                new Trainer(Texts.model(), TrainerTest.options(STEPS, 1, OptimizerKind.ADAMW)),
                TrainerTest.examples(),
                Optional.of(new CausalExamples(Texts.squares(500), 32, 32, 1)),
                options,
                new RunIdentity("squares"),
                new TrainingListener() {
                  @Override
                  public void onStep(Step step) {
                    System.out.println(step.number());
                  }

                  @Override
                  public void onDamaged(TensorFileException reason) {
                    throw new IllegalStateException(reason);
                  }
                });
        run.resume();
        run.run(Workers.inline());
      } catch (TensorFileException e) {
        System.err.println(e.getMessage());
        System.exit(2);
      }
    }
  }

  private static List<String> command(Path path) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1"); // starts sooner; the bits are the same
    command.add("-Xmx256m");
    command.add("-cp");
    command.add(
        Stream.of(Trainer.class, TrainingKillTest.class, Tensor.class, JsonFactory.class)
            .map(TrainingKillTest::root)
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(Training.class.getName());
    command.add(path.toString());
    return command;
  }

  private static Path root(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  private static int end(Process process) throws Exception {
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private void run(Path path) throws Exception {
    Process process =
        new ProcessBuilder(command(path))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(directory.resolve("err").toFile())
            .start();
    assertThat(end(process)).as(() -> read(directory.resolve("err"))).isZero();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void killedAgainAndAgainItEndsWithTheSameBits() throws Exception {
    Path whole = directory.resolve("whole");
    run(whole);
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    int begun = 0;
    Path path = directory.resolve("run-0");
    for (int kills = 0; kills < KILLS; ) {
      if (killed(path, random)) {
        kills++;
      } else {
        assertSame(path, whole, seed);
        begun++;
        path = directory.resolve("run-" + begun);
      }
    }
    run(path);
    assertSame(path, whole, seed);
  }

  /// @return false if the training was over before it could be killed
  private boolean killed(Path path, SplittableRandom random) throws Exception {
    Process process =
        new ProcessBuilder(command(path)).redirectError(directory.resolve("err").toFile()).start();
    try (BufferedReader out = process.inputReader()) {
      // Some steps at least, or it might never come to an end; then at any moment of one.
      int steps = random.nextInt(1, 25);
      for (int i = 0; i < steps && out.readLine() != null; i++) {}
      TimeUnit.MICROSECONDS.sleep(random.nextInt(20_000));
      process.destroyForcibly();
      int code = end(process);
      assertThat(code).as(() -> read(directory.resolve("err"))).isIn(0, 128 + 9);
      return code != 0;
    }
  }

  private static void assertSame(Path path, Path whole, long seed) throws IOException {
    for (String file : List.of(LAST, "model.safetensors", "config.json")) {
      assertThat(Files.readAllBytes(path.resolve(file)))
          .as("%s, seed %d", file, seed)
          .isEqualTo(Files.readAllBytes(whole.resolve(file)));
    }
  }

  /// The shell's limit on the size of a file makes every write beyond it fail, as a full disk does.
  @Test
  void aFullDiskIsASentenceAndTheRunGoesOnOnceThereIsRoom() throws Exception {
    Path whole = directory.resolve("whole");
    run(whole);
    Path path = directory.resolve("full");
    String java = String.join(" ", command(path).stream().map(a -> "'" + a + "'").toList());
    Process process =
        new ProcessBuilder("sh", "-c", "ulimit -f 16; exec " + java)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(directory.resolve("err").toFile())
            .start();
    int code = end(process);
    String said = read(directory.resolve("err"));
    assertThat(code).as(said).isEqualTo(2);
    assertThat(said).contains("cannot write", "step-0000000003.safetensors").doesNotContain("at ");
    try (Stream<Path> files = Files.list(RunDirectory.checkpointsIn(path))) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly(".lock");
    }
    run(path);
    assertSame(path, whole, 0);
  }
}
