package dev.reformer4j.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainTest {
  private static final String LINE =
      "It is a truth universally acknowledged, that a line of text\n";
  private static final String LAST = "checkpoints/step-0000000012.safetensors";

  @TempDir private Path directory;
  private Path text;
  private Path config;

  @BeforeEach
  void write() throws IOException {
    text = Files.writeString(directory.resolve("text.txt"), LINE.repeat(60));
    config =
        Files.writeString(
            directory.resolve("c.json"),
            TestModels.sliding().initializerRange(0.02).build().toJson());
  }

  /// Twelve steps of a very small model, and more arguments.
  private CliRun train(Path out, Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of("train", "--data", text, "--out", out, "--config", config, "--length", 48));
    args.addAll(List.of("--evaluate-every", 4, "--save-every", 3, "--threads", 1));
    args.addAll(List.of(more));
    return CliRun.of(args.toArray());
  }

  private CliRun twelveSteps(Path out, Object... more) {
    Object[] args = Arrays.copyOf(more, more.length + 2);
    args[more.length] = "--steps";
    args[more.length + 1] = 12;
    return train(out, args);
  }

  @Test
  void whatComesOutIsAModelThatOtherCommandsTake() throws IOException {
    Path out = directory.resolve("deep/model");
    CliRun run = twelveSteps(out);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("12 steps of 48 tokens; 3,420 bytes to learn from, 180 bytes held out")
        .contains("bits per byte held out, after step 12")
        .contains("done; at best");
    assertThat(
            CliRun.of("generate", "--model", out, "--prompt", "It", "--max-new-tokens", 5).code())
        .isZero();
    Reformer model = Reformer.load(out);
    assertThat(model.logits(new int[] {2, 3}, Workers.inline()).dim(1)).isEqualTo(258);
    assertThat(Files.readString(out.resolve("README.md")))
        .contains("# model", "bits per byte** on text that it has not learnt from")
        .contains("reformer4j train --data " + text + " --out " + out)
        .contains("- `text.txt`", "Hugging Face loads it", "chunked\nattention");
  }

  @Test
  void metricsHaveALineForEveryStepAndEveryEvaluation() throws IOException {
    Path out = directory.resolve("m");
    twelveSteps(out);
    List<String> lines = Files.readAllLines(out.resolve("metrics.jsonl"));
    assertThat(lines).hasSize(12 + 3);
    assertThat(lines.get(0)).startsWith("{\"step\":1,\"loss\":").contains("\"bits_per_byte\":8.");
    assertThat(lines.get(4)).startsWith("{\"step\":4,\"held_out_loss\":").contains("\"best\":true");
  }

  @Test
  void aRunInTwoPartsHasTheBitsOfOneAndItsMetricsGoOn() throws IOException {
    Path whole = directory.resolve("whole");
    twelveSteps(whole, "--dropout", 0.1);
    Path parts = directory.resolve("parts");
    CliRun stopped = twelveSteps(parts, "--dropout", 0.1, "--time", "1s");
    // A second may or may not be enough for twelve steps; going on is right either way.
    assertThat(stopped.code()).as(stopped.err()).isZero();
    try (Stream<Path> files = Files.list(parts.resolve("checkpoints"))) {
      for (Path file : files.filter(f -> !f.toString().endsWith("03.safetensors")).toList()) {
        if (file.toString().endsWith(".safetensors")) {
          Files.delete(file);
        }
      }
    }
    Files.copy(
        Files.createDirectories(directory.resolve("x")).resolve("../parts/metrics.jsonl"),
        directory.resolve("before"));
    Files.writeString(
        parts.resolve("metrics.jsonl"),
        Files.readString(directory.resolve("before")) + "{\"step\":99,\"lo");
    CliRun resumed = twelveSteps(parts, "--dropout", 0.1, "--resume");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(Files.readAllBytes(parts.resolve(LAST)))
        .isEqualTo(Files.readAllBytes(whole.resolve(LAST)));
    assertThat(Files.readAllBytes(parts.resolve("model.safetensors")))
        .isEqualTo(Files.readAllBytes(whole.resolve("model.safetensors")));
    assertThat(steps(parts)).isEqualTo(steps(whole));
  }

  private static List<String> steps(Path out) throws IOException {
    return Files.readAllLines(out.resolve("metrics.jsonl")).stream()
        .map(line -> line.replaceFirst(",\"seconds\".*", ""))
        .toList();
  }

  @Test
  void resumingWhereNothingWasSavedBeginsAtTheBeginningAndSaysSo() {
    CliRun run = twelveSteps(directory.resolve("new"), "--resume");
    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("nothing was saved in", "begins at the beginning");
  }

  @Test
  void goingOnWithOtherOptionsOrDataIsRefused() throws IOException {
    Path out = directory.resolve("m");
    twelveSteps(out);
    assertThat(twelveSteps(out).lastLine()).contains("holds a training already", "--resume");
    CliRun rate = twelveSteps(out, "--resume", "--learning-rate", 0.5);
    assertThat(rate.code()).isEqualTo(2);
    assertThat(rate.lastLine()).contains("is of another run", "learning rate", "peak=0.5");
    CliRun dropout = twelveSteps(out, "--resume", "--dropout", 0.25);
    assertThat(dropout.lastLine()).contains("hidden_dropout_prob\": 0.25");
    Files.writeString(text, LINE.repeat(61));
    CliRun data = twelveSteps(out, "--resume");
    assertThat(data.code()).isEqualTo(2);
    assertThat(data.lastLine()).contains("is of another run", "data:", "CRC-32C");
  }

  @Test
  void aTimeAloneFindsItsOwnNumberOfSteps() throws IOException {
    Path out = directory.resolve("m");
    CliRun run = train(out, "--time", "3s");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("finding out how many steps fit into 3.00 s");
    assertThat(Files.exists(out.resolve("model.safetensors"))).isTrue();
    CliRun again = train(out, "--time", "3s", "--resume");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).contains("going on behind step").doesNotContain("finding out");
  }

  @Test
  void aModelIsTunedWithItsVocabulary() throws IOException {
    Path from = TestModels.save(TestModels.sliding(), directory.resolve("from"));
    CliRun run =
        CliRun.of(
            "train",
            "--data",
            text,
            "--init",
            from,
            "--out",
            directory.resolve("to"),
            "--steps",
            2,
            "--held-out-share",
            0,
            "--length",
            32);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("the model " + from, "nothing held out");
    float[] before = first(from);
    float[] after = first(directory.resolve("to"));
    assertThat(after).isNotEqualTo(before);
    for (int i = 0; i < before.length; i++) {
      assertThat(after[i]).isBetween(before[i] - 0.01f, before[i] + 0.01f);
    }
  }

  private static float[] first(Path model) throws IOException {
    return Reformer.load(model).parameters().firstEntry().getValue().value().data();
  }

  @Test
  void heldOutFilesOfADirectoryAreNotLearntFrom() throws IOException {
    Path data = Files.createDirectories(directory.resolve("data/sub"));
    Files.writeString(data.resolve("b.txt"), LINE.repeat(20));
    Files.writeString(data.getParent().resolve("a.txt"), LINE.repeat(10));
    Files.writeString(data.getParent().resolve(".hidden"), LINE.repeat(10));
    Path out = directory.resolve("m");
    CliRun run =
        CliRun.of(
            "train",
            "--data",
            data.getParent(),
            "--held-out",
            data.resolve("b.txt"),
            "--out",
            out,
            "--config",
            config,
            "--steps",
            1,
            "--length",
            48);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("600 bytes to learn from, 1,200 bytes held out");
    assertThat(Files.readString(out.resolve("README.md"))).contains("`a.txt`").doesNotContain("`b");
  }

  /// Arguments that cannot be right, and what is said.
  static Stream<List<String>> wrong() {
    return Stream.of(
        List.of("neither --steps nor --time", "--data", "TEXT"),
        List.of("does not exist", "--steps", "1", "--data", "NONE"),
        List.of("is not a time", "--time", "soon", "--data", "TEXT"),
        List.of("no time at all", "--time", "0s", "--data", "TEXT"),
        List.of("too small", "--steps", "0", "--data", "TEXT"),
        List.of("256 positions", "--steps", "1", "--length", "257", "--data", "TEXT"),
        List.of("nothing but empty files", "--steps", "1", "--data", "EMPTY"),
        List.of(
            "all files of --data are held out",
            "--steps",
            "1",
            "--data",
            "TEXT",
            "--held-out",
            "TEXT"),
        List.of(
            "exclude each other",
            "--steps",
            "1",
            "--data",
            "TEXT",
            "--held-out",
            "TEXT",
            "--held-out-share",
            "0.1"),
        List.of("not from 0 to below 1", "--steps", "1", "--data", "TEXT", "--held-out-share", "1"),
        List.of("give one of them", "--steps", "1", "--data", "TEXT", "--preset", "tiny"),
        List.of("not above 0", "--steps", "1", "--data", "TEXT", "--learning-rate", "0"),
        List.of("below 0", "--steps", "1", "--data", "TEXT", "--weight-decay", "-1"),
        List.of("--clip", "--steps", "1", "--data", "TEXT", "--clip", "0"),
        List.of("--label-smoothing", "--steps", "1", "--data", "TEXT", "--label-smoothing", "1"),
        List.of("hidden_dropout_prob", "--steps", "1", "--data", "TEXT", "--dropout", "1.5"),
        List.of("--schedule", "--steps", "1", "--data", "TEXT", "--schedule", "linear"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatCannotBeRightIsOneSentenceAndLeavesNothing(List<String> arguments) throws IOException {
    Files.createFile(directory.resolve("empty"));
    Path out = directory.resolve("out");
    List<String> args = new ArrayList<>(List.of("train", "--out", out.toString()));
    args.addAll(List.of("--config", config.toString()));
    for (String argument : arguments.subList(1, arguments.size())) {
      args.add(
          switch (argument) {
            case "TEXT" -> text.toString();
            case "NONE" -> directory.resolve("none").toString();
            case "EMPTY" -> directory.resolve("empty").toString();
            default -> argument;
          });
    }
    CliRun run = CliRun.of(args.toArray());
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(arguments.getFirst());
    assertThat(out).doesNotExist();
  }

  @Test
  void aModelThatIsNoCausalLanguageModelIsRefused() throws IOException {
    Path masked = TestModels.save(HeadKind.MASKED_LANGUAGE_MODEL, directory.resolve("masked"));
    CliRun run =
        CliRun.of(
            "train",
            "--data",
            text,
            "--init",
            masked,
            "--out",
            directory.resolve("o"),
            "--steps",
            1);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.lastLine()).contains("ReformerForMaskedLM", "train needs a");
    Path other = TestModels.save(TestModels.sliding(), directory.resolve("other"));
    CliRun over = CliRun.of("train", "--data", text, "--out", other, "--steps", 1);
    assertThat(over.lastLine()).contains("holds a model that was not trained there");
    CliRun self = CliRun.of("train", "--data", text, "--init", other, "--out", other, "--steps", 1);
    assertThat(self.lastLine()).contains("is the model to begin with");
  }
}
