package dev.reformer4j.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The paper's test of attention, from the command line.
class DuplicationTest {
  private static final Pattern ACCURACY = Pattern.compile("\"accuracy\":([0-9.eE-]+)");

  @TempDir private Path directory;

  private CliRun train(Path out, Object... more) {
    List<Object> args = new ArrayList<>(List.of("train", "--task", "duplication", "--out", out));
    args.addAll(List.of(more));
    return CliRun.of(args.toArray());
  }

  private static List<Double> accuracies(Path model, String rounds) {
    CliRun run =
        CliRun.of(
            "eval",
            "--model",
            model,
            "--task",
            "duplication",
            "--word-length",
            15,
            "--rounds",
            rounds,
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    return run.out()
        .lines()
        .map(line -> {
          Matcher found = ACCURACY.matcher(line);
          assertThat(found.find()).as(line).isTrue();
          assertThat(line).contains("\"symbols\":1500,").doesNotContain("bits_per_byte");
          return Double.valueOf(found.group(1));
        })
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "exact"})
  void aSmallModelLearnsToRepeatWordsThatItHasNeverSeen(String rounds) throws IOException {
    Path out = directory.resolve("m");
    CliRun run =
        train(out, "--preset", "tiny", "--word-length", 15, "--steps", 250, "--rounds", rounds);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("256 tokens; words of 15 out of 127 symbols to be repeated")
        .contains("bits per symbol", "% right held out, after step");
    List<Double> found = accuracies(out, "1,8,exact");
    assertThat(found.get(2)).isGreaterThan(0.99);
    if (!rounds.equals("exact")) {
      assertThat(found.get(1)).isGreaterThan(0.99).isGreaterThanOrEqualTo(found.get(0));
    }
    assertThat(Files.readString(out.resolve("README.md")))
        .contains("bits per symbol** on words that it has not learnt from")
        .contains("eval --model m --task duplication --word-length 15");
  }

  @Test
  void rotationsThatAreNewInEveryStepAreThoseOfTheStepInAResumedRunToo() throws IOException {
    Path whole = directory.resolve("whole");
    Path parts = directory.resolve("parts");
    Object[] six = {"--preset", "tiny", "--word-length", 7, "--steps", 6, "--save-every", 3};
    assertThat(train(whole, six).code()).isZero();
    assertThat(train(parts, six).code()).isZero();
    Files.delete(parts.resolve("checkpoints/step-0000000006.safetensors"));
    Object[] resumed = Stream.concat(Stream.of(six), Stream.of("--resume")).toArray();
    CliRun run = train(parts, resumed);
    assertThat(run.err()).contains("going on behind step 3");
    assertThat(Files.readAllBytes(parts.resolve("model.safetensors")))
        .isEqualTo(Files.readAllBytes(whole.resolve("model.safetensors")));
    Object[] own = Stream.concat(Stream.of(resumed), Stream.of("--rotations", "model")).toArray();
    assertThat(train(parts, own).lastLine()).contains("is of another run", "rotations: new");
    Object[] exact = Stream.concat(Stream.of(resumed), Stream.of("--rounds", "exact")).toArray();
    assertThat(train(parts, exact).lastLine()).contains("is of another run");
  }

  /// Arguments that cannot be right, and what is said.
  static Stream<List<String>> wrong() {
    return Stream.of(
        List.of("needs --word-length"),
        List.of("too small", "--word-length", "0"),
        List.of("too large", "--word-length", "99999999"),
        List.of("too large", "--word-length", "5", "--symbols", "99999999"),
        List.of("makes its own data", "--word-length", "5", "--data", "x"),
        List.of("makes its own data", "--word-length", "5", "--held-out-share", "0.1"),
        List.of("whose sequences have 12", "--word-length", "5", "--length", "11"),
        List.of("small, and tiny", "--word-length", "5", "--preset", "base"),
        List.of("is for --task duplication", "--word-length", "5", "--task", "causal"),
        List.of("--data is missing", "--task", "causal"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatCannotBeRightIsOneSentenceAndLeavesNothing(List<String> arguments) {
    Path out = directory.resolve("out");
    List<Object> args = new ArrayList<>(arguments.subList(1, arguments.size()));
    args.addAll(List.of("--steps", 1));
    if (args.contains("--task")) {
      args.addAll(0, List.of("train", "--out", out));
    } else {
      args.addAll(0, List.of("train", "--task", "duplication", "--out", out));
    }
    CliRun run = CliRun.of(args.toArray());
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(arguments.getFirst());
    assertThat(out).doesNotExist();
  }

  @Test
  void aModelThatIsTooSmallForTheWordsIsRefused() throws IOException {
    Path model = TestModels.save(TestModels.sliding(), directory.resolve("model"));
    Object[] eval = {"eval", "--model", model, "--task", "duplication", "--word-length", 200};
    assertThat(CliRun.of(eval).lastLine()).contains("has 256 positions; give at most 127");
    CliRun symbols =
        train(
            directory.resolve("o"),
            "--init",
            model,
            "--word-length",
            5,
            "--symbols",
            300,
            "--steps",
            1);
    assertThat(symbols.lastLine()).contains("more than the 258 ids", "give at most 257");
    CliRun data = CliRun.of("eval", "--model", model);
    assertThat(data.lastLine()).contains("--data is missing");
    CliRun words = CliRun.of("eval", "--model", model, "--data", model, "--words", 5);
    assertThat(words.lastLine()).contains("--words is for --task duplication");
  }
}
