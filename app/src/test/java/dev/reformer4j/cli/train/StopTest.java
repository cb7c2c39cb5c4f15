package dev.reformer4j.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.cli.CliProcess;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import dev.reformer4j.train.TrainingCheckpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Ctrl-C, once and twice, in a process of its own.
@DisabledOnOs(OS.WINDOWS)
@Timeout(300)
class StopTest {
  @TempDir private Path directory;
  private Path text;
  private Path config;

  @BeforeEach
  void write() throws IOException {
    text = Files.writeString(directory.resolve("text"), "All work and no play. ".repeat(2000));
    config = Files.writeString(directory.resolve("c.json"), TestModels.sliding().build().toJson());
  }

  private List<Object> args(Path out, int steps, Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of("train", "--data", text, "--out", out, "--config", config, "--steps", steps));
    args.addAll(List.of("--length", 256, "--save-every", 1_000_000, "--evaluate-every", 1000));
    args.addAll(List.of(more));
    return args;
  }

  /// Starts a training, and waits for its first step.
  private Process started(Path out, int steps, Object... more) throws Exception {
    Process process =
        CliProcess.of(List.of(), args(out, steps, more).toArray())
            .redirectErrorStream(true)
            .start();
    Path metrics = out.resolve("metrics.jsonl");
    for (int i = 0; i < 600 && !(Files.exists(metrics) && Files.size(metrics) > 500); i++) {
      assertThat(process.isAlive()).isTrue();
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return process;
  }

  private static void signal(Process process, String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static List<String> said(Process process) throws IOException {
    try (BufferedReader out = process.inputReader()) {
      return out.lines().toList();
    }
  }

  @Test
  void onceSavesAndLeavesAndWhatGoesOnEndsTheSame() throws Exception {
    Path out = directory.resolve("m");
    Process process = started(out, 1_000_000);
    signal(process, "INT");
    List<String> said = said(process);
    assertThat(CliProcess.end(process)).as(said.toString()).isEqualTo(130);
    assertThat(said.getLast()).contains("stopped and saved, --resume goes on", "the model is in");
    assertThat(said).anyMatch(line -> line.contains("once more leaves at once"));
    assertThat(TrainingCheckpoint.list(out.resolve("checkpoints"))).hasSize(1);
    CliRun resumed = CliRun.of(args(out, 1_000_000, "--resume", "--time", "1s").toArray());
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("going on behind step");
  }

  @Test
  void aPoliteKillSavesToo() throws Exception {
    Path out = directory.resolve("m");
    Process process = started(out, 1_000_000);
    signal(process, "TERM");
    assertThat(said(process).getLast()).contains("stopped and saved");
    assertThat(CliProcess.end(process)).isEqualTo(128 + 15);
  }

  /// A step of so many sequences takes minutes.
  @Test
  void twiceLeavesAtOnce() throws Exception {
    Path out = directory.resolve("m");
    Process process =
        CliProcess.of(List.of(), args(out, 10, "--batch", 1_000_000).toArray())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null && !line.contains("steps of")) {
        line = lines.readLine();
      }
      TimeUnit.SECONDS.sleep(1);
      signal(process, "INT");
      while (line != null && !line.contains("once more leaves at once")) {
        line = lines.readLine();
      }
      long begun = System.nanoTime();
      signal(process, "INT");
      assertThat(CliProcess.end(process)).isEqualTo(130);
      assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(20));
    }
  }
}
