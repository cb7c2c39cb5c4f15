package dev.reformer4j.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import dev.reformer4j.model.Reformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/// Lengths that grow, in training and in the model.
class CurriculumTest {
  @TempDir private Path directory;
  private Path text;
  private Path config;

  @BeforeEach
  void write() throws IOException {
    text = Files.writeString(directory.resolve("text.txt"), "All work and no play.\n".repeat(100));
    config = Files.writeString(directory.resolve("c.json"), TestModels.sliding().build().toJson());
  }

  private CliRun train(Path out, Object... more) {
    List<Object> args = new ArrayList<>(List.of("train", "--data", text, "--out", out));
    args.addAll(List.of(more));
    return CliRun.of(args.toArray());
  }

  private static Curriculum curriculum(String text) {
    return new Curriculum.Converter().convert(text);
  }

  @Test
  void stepsHaveTheTokensOfTheirStageAndAResumedRunToo() throws IOException {
    Object[] args = {
      "--config",
      config,
      "--length",
      64,
      "--curriculum",
      "16:2,32:5",
      "--batch",
      2,
      "--steps",
      7,
      "--save-every",
      1,
      "--keep",
      9
    };
    Path whole = directory.resolve("whole");
    assertThat(train(whole, args).code()).isZero();
    assertThat(tokens(whole)).containsExactly(32, 32, 64, 64, 64, 128, 128);
    Path parts = directory.resolve("parts");
    assertThat(train(parts, args).code()).isZero();
    for (int step = 4; step <= 7; step++) {
      Files.delete(parts.resolve("checkpoints/step-000000000" + step + ".safetensors"));
    }
    Object[] resume = Arrays.copyOf(args, args.length + 1);
    resume[args.length] = "--resume";
    CliRun run = train(parts, resume);
    assertThat(run.err()).contains("going on behind step 3");
    assertThat(Files.readAllBytes(parts.resolve("model.safetensors")))
        .isEqualTo(Files.readAllBytes(whole.resolve("model.safetensors")));
    assertThat(tokens(parts)).isEqualTo(tokens(whole));
    resume[5] = "16:2,32:6";
    assertThat(train(parts, resume).lastLine())
        .contains("is of another run", "curriculum: 16:2,32");
  }

  private static List<Integer> tokens(Path out) throws IOException {
    return Files.readAllLines(out.resolve("metrics.jsonl")).stream()
        .filter(line -> line.contains("\"tokens\""))
        .map(line -> Integer.valueOf(line.replaceFirst(".*\"tokens\":(\\d+).*", "$1")))
        .toList();
  }

  @Test
  void whatIsLeftCountsTheTokensOfEveryStage() {
    Curriculum stages = curriculum("100:10,200:30");
    assertThat(stages.stepsLeft(0, 40, 1000, 100)).isCloseTo(10 + 40 + 100, within(1e-9));
    assertThat(stages.stepsLeft(20, 40, 1000, 200)).isCloseTo(10 + 50, within(1e-9));
    assertThat(stages.stepsLeft(40, 40, 1000, 1000)).isZero();
    assertThat(stages.steps(15, 1000)).isEqualTo(30 + 10);
    assertThat(stages.steps(1, 500)).isEqualTo(5);
    assertThat(stages.steps(2, 1000)).isEqualTo(15);
    assertThat(new Curriculum(List.of()).steps(7, 64)).isEqualTo(7);
    assertThat(stages).hasToString("100:10,200:30");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "512", "512:", "a:5", "512:5,", "0:5", "512:5,600:5", "-1:5", "1:0"})
  void whatIsNoCurriculumIsRefused(String typed) {
    assertThatThrownBy(() -> curriculum(typed)).isInstanceOf(TypeConversionException.class);
  }

  @Test
  void aCurriculumLeadsUpToTheLengthOfTexts() {
    Path out = directory.resolve("out");
    Object[] longer = {"--config", config, "--steps", 9, "--length", 64, "--curriculum", "65:3"};
    assertThat(train(out, longer).lastLine()).contains("leads up to 64");
    CliRun words =
        CliRun.of(
            "train",
            "--task",
            "duplication",
            "--word-length",
            5,
            "--out",
            out,
            "--steps",
            9,
            "--curriculum",
            "5:3");
    assertThat(words.lastLine()).contains("is for texts that can be cut anywhere");
    assertThat(out).doesNotExist();
  }

  @Test
  void aTrainedModelGetsMorePositionsAndSaysTheSameAtThoseItHad() throws IOException {
    Path from = TestModels.save(TestModels.sliding(), directory.resolve("from"));
    Path out = directory.resolve("to");
    CliRun run =
        train(out, "--init", from, "--positions", 600, "--steps", 1, "--learning-rate", 1e-9);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("with 608 positions instead of 256");
    Reformer before = Reformer.load(from);
    Reformer after = Reformer.load(out);
    assertThat(after.positions()).isEqualTo(608);
    int[] ids = new int[256];
    Arrays.setAll(ids, i -> 2 + i);
    try (Workers one = Workers.inline()) {
      assertThat(after.logits(ids, one).data())
          .usingComparatorWithPrecision(1e-3f)
          .containsExactly(before.logits(ids, one).data());
    }
    assertThat(Files.readString(out.resolve("README.md")))
        .contains("with 608 positions instead of 256", "| positions | 608 |");
    Path other = directory.resolve("other");
    Object[] steps = {"--init", from, "--steps", 1};
    assertThat(train(other, with(steps, "--axial", "16x17")).lastLine())
        .contains("only the first axis may have another size");
    assertThat(train(other, with(steps, "--axial", "16")).lastLine()).contains("has 1 axes");
    assertThat(train(other, with(steps, "--axial", "x")).lastLine()).contains("is no grid");
    assertThat(train(other, with(steps, "--axial", "999999999x16")).lastLine())
        .contains("more than can be numbered");
    assertThat(train(other, with(steps, "--axial", "3x16", "--positions", 5)).lastLine())
        .contains("give one of them");
    assertThat(other).doesNotExist();
    CliRun axial = train(other, with(steps, "--axial", "3x16", "--length", 48));
    assertThat(axial.code()).as(axial.err()).isZero();
    assertThat(Reformer.load(other).positions()).isEqualTo(48);
  }

  private static Object[] with(Object[] args, Object... more) {
    Object[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return all;
  }
}
