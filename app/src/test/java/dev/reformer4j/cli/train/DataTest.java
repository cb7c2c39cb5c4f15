package dev.reformer4j.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataTest {
  /// The vocabulary of a small BPE, which the tests of texts have.
  private static final Path TOKENIZER =
      Path.of("../model/src/test/resources/text/bytelevel/tokenizer.json");

  @TempDir private Path directory;
  private Path text;
  private Path model;

  @BeforeEach
  void write() throws IOException {
    text = Files.writeString(directory.resolve("t.txt"), "It was a dark night.\n".repeat(200));
    model = Files.createDirectories(directory.resolve("model"));
    Files.copy(TOKENIZER, model.resolve("tokenizer.json"));
    int size;
    try (Vocabulary vocabulary = Vocabulary.load(model, Integer.MAX_VALUE)) {
      size = vocabulary.size();
    }
    Reformer.create(TestModels.sliding().vocabularySize(size).build(), 7).save(model, DType.F32);
  }

  @Test
  void bytesAreCounted() {
    CliRun run = CliRun.of("data", "--data", text);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .containsPattern("files +1\n")
        .containsPattern("bytes +4,200\n")
        .containsPattern("tokens +4,200 \\(bytes\\)");
    assertThat(CliRun.of("data", "--data", text, "--json").out())
        .startsWith("{\"files\":1,\"bytes\":4200,\"tokens\":4200,\"vocabulary\":\"bytes\"");
  }

  @Test
  void aFileOfIdsTrainsAndEvaluatesAsItsTextDoes() throws IOException {
    Path ids = directory.resolve("t.ids");
    CliRun run = CliRun.of("data", "--data", text, "--model", model, "--out", ids);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("(tokenizer.json)", "longest line    20 characters", "written to");
    String ofText = eval(text);
    assertThat(eval(ids)).isEqualTo(ofText);
    Path one = directory.resolve("one");
    Path two = directory.resolve("two");
    assertThat(train(one, text).code()).isZero();
    assertThat(train(two, ids).code()).isZero();
    assertThat(Files.readAllBytes(two.resolve("model.safetensors")))
        .isEqualTo(Files.readAllBytes(one.resolve("model.safetensors")));
    Path bytes = TestModels.save(TestModels.sliding(), directory.resolve("bytes"));
    CliRun other = CliRun.of("eval", "--model", bytes, "--data", ids);
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.lastLine()).contains("holds ids of another vocabulary");
    CliRun both = CliRun.of("eval", "--model", model, "--data", ids, text);
    assertThat(both.lastLine()).contains("holds ids already and stands alone");
  }

  private String eval(Path data) {
    CliRun run = CliRun.of("eval", "--model", model, "--data", data, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    return run.out().replaceFirst(",\"seconds.*", "");
  }

  private CliRun train(Path out, Path data) {
    return CliRun.of(
        "train", "--data", data, "--init", model, "--out", out, "--steps", 2, "--length", 32);
  }

  @Test
  void labelsAreCountedAndTheirImbalanceShown() throws IOException {
    Path csv =
        Files.writeString(directory.resolve("l.csv"), "text,label\naaa,x\nbb,y\nc,x\ndddd,x\n");
    CliRun run = CliRun.of("data", "--task", "classification", "--data", csv);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .containsPattern("x +3 +75.0 % +3\n")
        .containsPattern("y +1 +25.0 % +2\n")
        .contains("4 texts (text in column text, label in column label)")
        .contains("always saying 'x' would be right in 75.0 %");
    assertThat(CliRun.of("data", "--task", "classification", "--data", csv, "--json").out())
        .contains("{\"texts\":4,\"labels\":{\"x\":3,\"y\":1}");
  }

  @Test
  void whatCannotBeRightIsOneSentence() throws IOException {
    Path out = directory.resolve("o.ids");
    assertSentence("bytes are ids already", "--data", text, "--out", out);
    assertSentence("is the input itself", "--data", text, "--model", model, "--out", text);
    assertSentence("does not exist", "--data", directory.resolve("none"));
    assertSentence("makes its own data", "--data", text, "--task", "duplication");
    assertSentence("give --format", "--data", text, "--task", "classification");
    assertSentence("is for --task classification", "--data", text, "--label-column", "a");
    Path csv = Files.writeString(directory.resolve("l.csv"), "text,label\naaa,x\n");
    assertSentence("leave it out", "--data", csv, "--task", "classification", "--out", out);
    assertThat(out).doesNotExist();
    Path masked = TestModels.save(HeadKind.MASKED_LANGUAGE_MODEL, directory.resolve("masked"));
    assertThat(CliRun.of("data", "--data", text, "--model", masked).code()).isZero();
  }

  private static void assertSentence(String part, Object... args) {
    Object[] all = new Object[args.length + 1];
    all[0] = "data";
    System.arraycopy(args, 0, all, 1, args.length);
    CliRun run = CliRun.of(all);
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(part);
  }
}
