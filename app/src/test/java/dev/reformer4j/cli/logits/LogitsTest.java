package dev.reformer4j.cli.logits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.Safetensors;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LoadOptions;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What `logits` writes is what the model says of every sequence alone.
class LogitsTest {
  private static final int[][] ROWS = {{9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 11}, {200}, {3, 257, 0, 19}};

  @TempDir private Path directory;

  private Path ids;
  private Path out;

  @BeforeEach
  void writeIds() throws IOException {
    ids = Files.writeString(directory.resolve("ids.json"), Arrays.deepToString(ROWS));
    out = directory.resolve("y.safetensors");
  }

  @ParameterizedTest
  @EnumSource(
      value = HeadKind.class,
      names = {"LANGUAGE_MODEL", "MASKED_LANGUAGE_MODEL"})
  void everyRowIsWhatItIsAlone(HeadKind head) throws IOException {
    Path model = TestModels.save(head, directory.resolve("m"));
    CliRun run = run(model, "--hidden");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    Reformer reformer = Reformer.load(model);
    try (Safetensors file = Safetensors.open(out);
        Workers workers = Workers.inline()) {
      assertThat(file.names()).containsExactlyInAnyOrder("logits", "last_hidden_state", "lengths");
      assertThat(file.ints("lengths")).containsExactly(11, 1, 4);
      assertThat(file.info("logits").shape()).containsExactly(3, 11, 258);
      assertThat(file.info("last_hidden_state").shape()).containsExactly(3, 11, 32);
      for (int row = 0; row < ROWS.length; row++) {
        check(file.floats("logits"), row, reformer.logits(ROWS[row], workers));
        check(file.floats("last_hidden_state"), row, reformer.hidden(ROWS[row], workers));
      }
    }
  }

  /// A row of a batch: the numbers it has alone, then zeros.
  private static void check(Tensor batch, int row, Tensor alone) {
    int length = batch.dim(1) * batch.dim(2);
    float[] numbers = Arrays.copyOfRange(batch.data(), row * length, (row + 1) * length);
    assertThat(numbers).isEqualTo(Arrays.copyOf(alone.data(), length));
  }

  @Test
  void classificationHasARowOfLabels() throws IOException {
    Path model = TestModels.save(HeadKind.CLASSIFICATION, directory.resolve("m"));
    assertThat(run(model).code()).isZero();
    try (Safetensors file = Safetensors.open(out);
        Workers workers = Workers.inline()) {
      Tensor logits = file.floats("logits");
      assertThat(logits.shape()).containsExactly(3, 3);
      float[] second = Arrays.copyOfRange(logits.data(), 3, 6);
      assertThat(second).isEqualTo(Reformer.load(model).logits(ROWS[1], workers).data());
    }
  }

  @Test
  void questionAnsweringHasStartAndEnd() throws IOException {
    Path model = TestModels.save(HeadKind.QUESTION_ANSWERING, directory.resolve("m"));
    assertThat(run(model).code()).isZero();
    try (Safetensors file = Safetensors.open(out);
        Workers workers = Workers.inline()) {
      assertThat(file.names()).containsExactlyInAnyOrder("start", "end", "lengths");
      float[] third = Reformer.load(model).logits(ROWS[2], workers).data();
      Tensor start = file.floats("start");
      Tensor end = file.floats("end");
      assertThat(start.shape()).containsExactly(3, 11);
      for (int token = 0; token < 4; token++) {
        assertThat(start.data()[2 * 11 + token]).isEqualTo(third[2 * token]);
        assertThat(end.data()[2 * 11 + token]).isEqualTo(third[2 * token + 1]);
      }
      assertThat(Arrays.copyOfRange(end.data(), 2 * 11 + 4, 3 * 11)).containsOnly(0f);
    }
  }

  @Test
  void aModelWithoutAHeadHasAHiddenState() throws IOException {
    Path model = TestModels.save(HeadKind.NONE, directory.resolve("m"));
    CliRun refused = run(model);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.lastLine()).contains("has no head").contains("give --hidden");
    assertThat(out).doesNotExist();
    assertThat(run(model, "--hidden").code()).isZero();
    try (Safetensors file = Safetensors.open(out)) {
      assertThat(file.names()).containsExactlyInAnyOrder("last_hidden_state", "lengths");
    }
  }

  @Test
  void theBiasCanBeLeftOut() throws IOException {
    Path model = directory.resolve("m");
    Reformer biased = Reformer.create(TestModels.config(HeadKind.LANGUAGE_MODEL).build(), 7);
    Arrays.fill(biased.parameters().get("lm_head.bias").value().data(), 5);
    biased.save(model, dev.reformer4j.checkpoint.DType.F32);
    for (boolean ignore : new boolean[] {false, true}) {
      CliRun run = ignore ? run(model, "--ignore-lm-bias") : run(model);
      assertThat(run.code()).as(run.err()).isZero();
      LoadOptions options = LoadOptions.defaults().withLanguageModelBias(!ignore);
      try (Safetensors file = Safetensors.open(out);
          Workers workers = Workers.inline()) {
        check(file.floats("logits"), 0, Reformer.load(model, options).logits(ROWS[0], workers));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "17",
        "[",
        "[]",
        "[[]]",
        "[1, 2]",
        "[[1], []]",
        "[[1], 2]",
        "[[1, 2.5]]",
        "[[1, 1e2]]",
        "[[1, \"2\"]]",
        "[[1, null]]",
        "[[true]]",
        "[[[1]]]",
        "[[[[[[[[1]]]]]]]]",
        "[[1, {}]]",
        "[[-1]]",
        "[[258]]",
        "[[99999999999999999999]]",
        "[[999999999999999999999999999999]]",
        "[[1]] [[2]]",
        "[[1], [2]",
        "[[1,]]",
        "[[01]]",
        "\u0000",
        "[[1\u001b[31m]]",
      })
  void whateverIsNoListOfIdsIsOneSentence(String text) throws IOException {
    Path model = TestModels.save(HeadKind.LANGUAGE_MODEL, directory.resolve("m"));
    Files.writeString(ids, text);
    CliRun run = run(model);
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err())
        .startsWith("reformer4j: " + ids + " ")
        .contains(";")
        .doesNotContain("Exception", "\u001b", "REDACTED");
    assertThat(out).doesNotExist();
  }

  @Test
  void bytesThatAreNoTextAtAllHaveNoPlaceInIt() throws IOException {
    Path model = TestModels.save(HeadKind.LANGUAGE_MODEL, directory.resolve("m"));
    Files.write(ids, new byte[] {'[', 0, 0, 0, '{', '"', 'a', '"'}); // UTF-32, as it seems at first
    CliRun run = run(model);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.lastLine()).contains("is not valid JSON (").doesNotContain("line -1");
  }

  @Test
  void theIdsAreNotReplacedByWhatIsSaidOfThem() throws IOException {
    Path model = TestModels.save(HeadKind.LANGUAGE_MODEL, directory.resolve("m"));
    out = Files.createSymbolicLink(directory.resolve("link"), ids);
    CliRun run = run(model);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.lastLine()).contains("is the input itself; choose another name");
    assertThat(ids).hasContent(Arrays.deepToString(ROWS));
  }

  @Test
  void aSequenceBeyondThePositionsIsRefusedWithTheirNumber() throws IOException {
    Path model = TestModels.save(HeadKind.LANGUAGE_MODEL, directory.resolve("m"));
    Files.writeString(ids, Arrays.deepToString(new int[][] {new int[257]}));
    CliRun run = run(model);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.lastLine()).contains("256 positions").contains("cut it into several");
  }

  private CliRun run(Path model, Object... more) {
    Object[] usual = {"logits", "--model", model, "--ids", ids, "--out", out, "--threads", 2};
    Object[] all = Arrays.copyOf(usual, usual.length + more.length);
    System.arraycopy(more, 0, all, usual.length, more.length);
    return CliRun.of(all);
  }
}
