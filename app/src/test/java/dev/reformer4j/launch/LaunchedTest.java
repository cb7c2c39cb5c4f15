package dev.reformer4j.launch;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.cli.Cli;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Standard error, held back while the JVM starts and put in place again.
@DisabledOnOs(OS.WINDOWS)
class LaunchedTest {
  private static final String WARNING = "Using incubator modules";

  @Test
  void errorsArriveWithoutTheWarningOfTheJvm() throws Exception {
    Run run = start("3>&2 2>/dev/null", "--no-such-option");
    assertThat(run.err()).contains("--no-such-option").doesNotContain(WARNING);
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void standardOutputIsLeftAlone() throws Exception {
    Run run = start("3>&2 2>/dev/null", "--version");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isNotEmpty();
    assertThat(run.code()).isZero();
  }

  /// If this fails, the JVM no longer warns, and [Launched] and its part of the script can go.
  @Test
  void theJvmStillWarnsWhenNothingIsHeldBack() throws Exception {
    Run run = start("3>&2", "--version");
    assertThat(run.err()).contains(WARNING);
  }

  /// The plain code that does the first products of a process, and the vectors that go on from
  /// somewhere in the midst of this one, give the bits of vectors alone.
  @Test
  void aQuickStartChangesNoBit(@TempDir Path dir) throws Exception {
    String ids = IntStream.range(0, 400).mapToObj(i -> "" + (i * i % 250)).collect(joining(","));
    Path input = Files.writeString(dir.resolve("ids.json"), "[[" + ids + "]]");
    Path quick = dir.resolve("quick.safetensors");
    Path vectors = dir.resolve("vectors.safetensors");
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    String[] command = {"logits", "--ids", input.toString(), "--out"};
    int code = Cli.run(with(command, vectors.toString()), nowhere, nowhere);
    assertThat(code).isZero();
    Run run = start("3>&2 2>/dev/null", with(command, quick.toString()));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(quick).hasSameBinaryContentAs(vectors);
  }

  private static String[] with(String[] command, String last) {
    String[] all = Arrays.copyOf(command, command.length + 1);
    all[command.length] = last;
    return all;
  }

  private static Run start(String redirection, String... arguments) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        new ArrayList<>(
            List.of(
                "/bin/sh",
                "-c",
                "exec \"$@\" " + redirection,
                "sh",
                java,
                "--add-opens=java.base/java.io=dev.reformer4j.app",
                "-Dreformer4j.quickStart=true",
                "-p",
                System.getProperty("jdk.module.path"),
                "-m",
                "dev.reformer4j.app/dev.reformer4j.launch.Launched"));
    command.addAll(List.of(arguments));
    return Run.of(new ProcessBuilder(command));
  }
}
