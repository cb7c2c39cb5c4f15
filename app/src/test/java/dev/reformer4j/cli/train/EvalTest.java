package dev.reformer4j.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import dev.reformer4j.model.HeadKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalTest {
  @TempDir private Path directory;
  private Path model;
  private Path text;

  @BeforeEach
  void write() throws IOException {
    model = TestModels.save(TestModels.sliding(), directory.resolve("model"));
    text = Files.writeString(directory.resolve("t"), "The quick brown fox. ".repeat(40));
  }

  private static double number(String json, String key) {
    Matcher found = Pattern.compile("\"" + key + "\":([-0-9.eE]+)").matcher(json);
    assertThat(found.find()).as(json).isTrue();
    return Double.parseDouble(found.group(1));
  }

  @Test
  void everyNumberOfRoundsHasARow() {
    CliRun run = CliRun.of("eval", "--model", model, "--data", text, "--rounds", "1,2,8,exact");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines().toList()).hasSize(5);
    assertThat(run.out()).containsPattern("rounds +bits per byte +accuracy");
    assertThat(run.out().lines().skip(1).map(line -> line.strip().replaceFirst(" .*", "")))
        .containsExactly("1", "2", "8", "exact");
  }

  @Test
  void jsonHasAnObjectARowAndAgreesWithScore() {
    CliRun run =
        CliRun.of("eval", "--model", model, "--data", text, "--rounds", "2,exact", "--json");
    List<String> rows = run.out().lines().toList();
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0)).startsWith("{\"rounds\":2,\"bits_per_byte\":");
    assertThat(rows.get(1)).startsWith("{\"rounds\":\"exact\",\"bits_per_byte\":");
    assertThat(number(rows.get(0), "bits_per_byte"))
        .isNotEqualTo(number(rows.get(1), "bits_per_byte"));
    assertThat(number(rows.get(0), "tokens")).isEqualTo(839);
    assertThat(number(rows.get(0), "bytes")).isEqualTo(840);
    assertThat(number(rows.get(0), "accuracy")).isBetween(0.0, 1.0);
    // The model has two rounds. The windows of both commands begin at slightly other places.
    CliRun score = CliRun.of("score", "--model", model, "--file", text, "--json");
    assertThat(number(rows.get(0), "bits_per_byte"))
        .isCloseTo(number(score.out(), "bitsPerByte"), within(0.05));
    CliRun plain = CliRun.of("eval", "--model", model, "--data", text, "--json");
    assertThat(number(plain.out(), "bits_per_byte"))
        .isEqualTo(number(rows.get(0), "bits_per_byte"));
  }

  @Test
  void whatCannotBeRightIsOneSentence() throws IOException {
    Path one = Files.writeString(directory.resolve("one"), "x");
    Path answers = TestModels.save(HeadKind.QUESTION_ANSWERING, directory.resolve("answers"));
    assertSentence("but eval needs a ReformerModelWithLMHead", "--model", answers, "--data", text);
    assertSentence("nothing foretells the first", "--model", model, "--data", one);
    assertSentence("from 2 to 256", "--model", model, "--data", text, "--window", 257);
    assertSentence("no number of rounds", "--model", model, "--data", text, "--rounds", "two");
    assertSentence("not from 1", "--model", model, "--data", text, "--rounds", "1,0");
    assertSentence("does not exist", "--model", model, "--data", directory.resolve("none"));
  }

  private static void assertSentence(String part, Object... args) {
    Object[] all = new Object[args.length + 1];
    all[0] = "eval";
    System.arraycopy(args, 0, all, 1, args.length);
    CliRun run = CliRun.of(all);
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.lastLine()).contains(part);
  }
}
