package dev.reformer4j.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.cli.CliProcess;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A chat whose lines come through a pipe.
class ChatTest {
  @TempDir private Path directory;

  private Path model;

  @BeforeEach
  void saveModel() throws IOException {
    model = TestModels.save(TestModels.sliding(), directory.resolve("m"));
  }

  @Test
  void whatIsTypedIsGoneOnWith() {
    CliRun run = chat("Hello\nWorld\n", "--before", "A: ", "--after", "\\nB: ");
    assertThat(run.code()).as(run.err()).isZero();
    String first = generate("A: Hello\nB: ");
    assertThat(run.out()).startsWith(first);
    assertThat(run.out())
        .endsWith(generate("A: Hello\nB: " + first.stripTrailing() + "A: World\nB: "));
  }

  private String generate(String prompt) {
    CliRun run =
        CliRun.of(
            "generate", "--model", model, "--prompt", prompt, "--max-new-tokens", 12, "--greedy");
    assertThat(run.code()).as(run.err()).isZero();
    return run.out();
  }

  @Test
  void aSavedTextIsGoneOnWith() {
    Path file = directory.resolve("talk.r4j");
    CliRun all = chat("Hello\nWorld\n");
    CliRun saved = chat("Hello\n/save " + file + "\n/reset\nsomething else\n");
    assertThat(saved.err()).contains("saved 18 tokens in " + file, "a new text");
    CliRun loaded = chat("/load " + file + "\nWorld\n");
    assertThat(loaded.err()).contains("going on after 18 tokens");
    assertThat(all.out()).endsWith(loaded.out());
    assertThat(loaded.out()).isNotBlank();
  }

  @Test
  void aSessionIsSavedWhenLeaving() {
    Path file = directory.resolve("talk.r4j");
    CliRun all = chat("Hello\nWorld\n");
    assertThat(chat("Hello\n/exit\nnever read\n", "--session", file).code()).isZero();
    assertThat(all.out()).endsWith(chat("World\n", "--session", file).out());
  }

  @Test
  void whatGoesWrongInATurnIsSaidAndLeavesTheText() {
    CliRun all = chat("Hello\nWorld\n");
    CliRun run =
        chat(
            "Hello\n/nonsense\n/load nowhere\n/load\n/save no/such/place\n"
                + "x".repeat(300)
                + "\n\nWorld\n");
    assertThat(run.code()).isZero();
    assertThat(run.out()).isEqualTo(all.out());
    assertThat(run.err().lines()).hasSize(5).allMatch(line -> line.startsWith("reformer4j: "));
    assertThat(run.err())
        .contains("'/nonsense' is no command", "no such file", "/load needs a file")
        .contains("its directory does not exist", "256 positions");
  }

  @Test
  void helpAndTextAreShown() {
    CliRun run = chat("/help\n//etc\n/text\n");
    assertThat(run.out()).startsWith(Conversation.HELP).contains("/etc\n");
  }

  @Test
  void bytesThatAreNoTextEndTheChatWithASentence() {
    CliRun run = chat(new byte[] {'a', (byte) 0xFF, '\n'});
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.lastLine()).contains("standard input is not UTF-8");
  }

  private CliRun chat(String lines, Object... more) {
    return chat(lines.getBytes(StandardCharsets.UTF_8), more);
  }

  private CliRun chat(byte[] lines, Object... more) {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(lines));
      Stream<Object> usual =
          Stream.of("chat", "--model", model, "--max-new-tokens", 12, "--greedy", "--threads", 1);
      return CliRun.of(Stream.concat(usual, Stream.of(more)).toArray());
    } finally {
      System.setIn(before);
    }
  }

  /// The first answer would take for ever; Ctrl-C ends it, and the second line is still answered.
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void anInterruptStopsTheAnswerAndNotTheProgram() throws Exception {
    Path endless =
        TestModels.save(
            TestModels.sliding()
                .axial(dev.reformer4j.model.AxialShape.of(1 << 20, 16, 2))
                .maxPositions(1 << 20),
            directory.resolve("endless"));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    Process process =
        CliProcess.of(List.of(), "chat", "--model", endless, "--max-new-tokens", 1 << 19)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try (OutputStream in = process.getOutputStream()) {
      in.write("Hello\n".getBytes(StandardCharsets.UTF_8));
      in.flush();
      waitForMoreThan(0, out, process);
      interrupt(process);
      in.write("/text\n".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(CliProcess.end(process)).isZero();
    assertThat(Files.readString(out, StandardCharsets.UTF_8)).contains("Hello\n");
    assertThat(CliProcess.said(Files.readString(err))).isEmpty();
  }

  /// Between two answers there is nothing to stop but the program, at once.
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void anInterruptWhileNothingIsAnsweredEndsTheProgram() throws Exception {
    Path out = directory.resolve("out");
    Process process =
        CliProcess.of(List.of(), "chat", "--model", model, "--max-new-tokens", 3)
            .redirectOutput(out.toFile())
            .start();
    try (OutputStream in = process.getOutputStream()) {
      in.write("Hello\n".getBytes(StandardCharsets.UTF_8));
      in.flush();
      waitForMoreThan(0, out, process);
      Thread.sleep(500); // the answer of three tokens is over
      long start = System.nanoTime();
      interrupt(process);
      assertThat(CliProcess.end(process)).isEqualTo(128 + 2);
      assertThat((System.nanoTime() - start) / 1e9).isLessThan(4);
    }
  }

  private static void waitForMoreThan(long bytes, Path file, Process process) throws Exception {
    for (int i = 0; Files.size(file) <= bytes; i++) {
      assertThat(process.isAlive() && i < 1200).isTrue();
      Thread.sleep(50);
    }
  }

  private static void interrupt(Process process) throws Exception {
    String pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder("kill", "-INT", pid).start().waitFor()).isZero();
  }
}
