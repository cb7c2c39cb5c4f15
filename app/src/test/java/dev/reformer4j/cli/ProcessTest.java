package dev.reformer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.checkpoint.SafetensorsWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What only a process shows: exit codes, pipes, signals, and a heap that is too small.
class ProcessTest {
  private static final int SIGTERM = 128 + 15;

  @TempDir private Path directory;

  @Test
  void exitCodesReachTheShell() throws Exception {
    assertThat(CliProcess.run(List.of(), "--version").code()).isZero();
    assertThat(CliProcess.run(List.of(), "--help").code()).isZero();
    CliRun misused = CliProcess.run(List.of(), "atend");
    assertThat(misused.code()).isEqualTo(2);
    assertThat(misused.err())
        .isEqualTo(
            "reformer4j: unknown command 'atend'; perhaps you meant attend; see 'reformer4j"
                + " --help'\n");
    CliRun followed = CliProcess.run(List.of(), "atend", "attend", "--in");
    assertThat(followed.err()).isEqualTo(misused.err());
    CliRun help = CliProcess.run(List.of(), "help", "attend");
    assertThat(help.code()).isZero();
    assertThat(help.out()).isEqualTo(CliProcess.run(List.of(), "attend", "--help").out());
  }

  /// As `reformer4j bench | head -1`: the reader takes one line and goes.
  @ParameterizedTest
  @ValueSource(strings = {"bench --tokens 1K,2K --kinds local --warm-up 0", "attend --help"})
  void aReaderThatGoesAwayEndsTheCommandWithASentence(String args) throws Exception {
    ProcessBuilder builder = CliProcess.of(List.of(), (Object[]) args.split(" "));
    Path err = directory.resolve("err");
    Process process = builder.redirectError(err.toFile()).start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).isNotEmpty();
    }
    // What fits the pipe was written before anybody could notice.
    int code = CliProcess.end(process);
    assertThat(code).isIn(0, 2);
    List<String> said =
        Files.readAllLines(err).stream().filter(line -> line.startsWith("reformer4j:")).toList();
    assertThat(said)
        .isEqualTo(
            code == 0
                ? List.of()
                : List.of(
                    "reformer4j: whoever reads standard output closed it before all was written;"
                        + " read it to the end, or send it to a file"));
    assertThat(Files.readString(err)).doesNotContain("Exception");
  }

  @Test
  void aHeapThatIsTooSmallIsKnownBeforehand() throws Exception {
    Path in = save(8, 60_000, 16);
    Path out = directory.resolve("out.safetensors");
    for (String kind : List.of("--causal", "--exact")) {
      CliRun run = CliProcess.run(List.of("-Xmx64m"), "attend", "--in", in, "--out", out, kind);
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err().lines()).hasSize(1);
      assertThat(run.err())
          .startsWith("reformer4j: attention over 8 heads x 60,000 tokens, dQk 16, dV 16")
          .contains("MiB of heap, but this process may use")
          .contains("use fewer heads", "REFORMER4J_OPTS=-Xmx");
    }
    assertThat(files()).containsExactly(in);
  }

  @Test
  void theHeapThatTheSentenceNamesIsEnough() throws Exception {
    Path in = save(8, 60_000, 16);
    Path out = directory.resolve("out.safetensors");
    CliRun refused = CliProcess.run(List.of("-Xmx64m"), "attend", "--in", in, "--out", out);
    String way = refused.err().strip();
    String heap = way.substring(way.lastIndexOf("-Xmx"));
    CliRun run = CliProcess.run(List.of(heap), "attend", "--in", in, "--out", out);
    assertThat(run.code()).as(heap + ": " + run.err()).isZero();
  }

  @Test
  void anUnforeseenLackOfHeapIsStillOneSentence() throws Exception {
    CliRun run = CliProcess.run(List.of("-Xmx64m"), "bench", "--tokens", "1M");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("REFORMER4J_OPTS=-Xmx");
  }

  /// Exact attention over so many tokens takes far longer than this test.
  @Test
  void aKillLeavesNothingBehind() throws Exception {
    Path in = save(2, 400_000, 16);
    Path out = Files.writeString(directory.resolve("out.safetensors"), "what was there before");
    Process process =
        CliProcess.of(List.of("-Xmx1g"), "attend", "--exact", "--in", in, "--out", out).start();
    assertThat(process.waitFor(3, java.util.concurrent.TimeUnit.SECONDS)).isFalse();
    process.destroy();
    assertThat(CliProcess.end(process)).isEqualTo(SIGTERM);
    assertThat(files()).containsExactlyInAnyOrder(in, out);
    assertThat(out).hasContent("what was there before");
  }

  private Path save(int heads, int n, int width) throws IOException {
    Path in = directory.resolve("in.safetensors");
    new SafetensorsWriter()
        .add("qk", Inputs.random(1, heads, n, width))
        .add("v", Inputs.random(2, heads, n, width))
        .write(in);
    return in;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
