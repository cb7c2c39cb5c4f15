package dev.reformer4j.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Labels of texts from the command line.
class ClassificationTest {
  @TempDir private Path directory;
  private Path csv;

  @BeforeEach
  void write() throws IOException {
    StringBuilder rows = new StringBuilder("review,stars\n");
    for (int i = 0; i < 100; i++) {
      rows.append(i % 2 == 0 ? "\"good, " + i + " times\",10\n" : "bad " + i + ",9\n");
    }
    csv = Files.writeString(directory.resolve("r.csv"), rows.toString());
  }

  private static CliRun run(Object[] args, Object... more) {
    List<Object> all = new ArrayList<>(List.of(args));
    all.addAll(List.of(more));
    return CliRun.of(all.toArray());
  }

  private CliRun train(Path out, Object... more) {
    Object[] args = {"train", "--task", "classification", "--data", csv, "--out", out};
    return run(args, more);
  }

  @Test
  void labelsAreLearntAndToldByOtherCommands() throws IOException {
    Path out = directory.resolve("m");
    CliRun run =
        train(out, "--preset", "tiny", "--label-column", "stars", "--steps", 40, "--length", 12);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains(
            "95 texts to learn from, 5 held out (text in column review, label in column stars)")
        .contains("2 labels", "longer ones the first 12 tokens", "% right held out");
    Reformer model = Reformer.load(out);
    assertThat(model.config().labels()).containsExactly("9", "10");
    CliRun classified = CliRun.of("classify", "--model", out, "--text", "good, 7 times");
    assertThat(classified.out()).startsWith("10 ");
    Object[] eval = {"eval", "--model", out, "--data", csv, "--label-column", 2, "--json"};
    CliRun asked = CliRun.of(eval);
    assertThat(asked.code()).as(asked.err()).isZero();
    assertThat(asked.out()).contains("\"accuracy\":1.0,\"labels\":100");
    assertThat(asked.err()).doesNotContain("longer texts");
    Object[] narrow = {"eval", "--model", out, "--data", csv, "--label-column", 2, "--window", 3};
    assertThat(CliRun.of(narrow).err())
        .contains("of 100 longer texts only the first 3 tokens are read");
    assertThat(Files.readString(out.resolve("README.md")))
        .contains("pipeline_tag: text-classification", "classify --model m --text");
    Path other = Files.writeString(directory.resolve("o.tsv"), "label\ttext\n11\tgood\n");
    assertThat(CliRun.of("eval", "--model", out, "--data", other).lastLine())
        .contains("line 2 of " + other + " has the label '11', but the model has 9, 10");
  }

  @Test
  void aLanguageModelBeginsWithANewHeadAndAClassifierKeepsItsOwn() throws IOException {
    Path from = TestModels.save(TestModels.sliding(), directory.resolve("from"));
    Object[] little = {"--steps", 1, "--learning-rate", 1e-9, "--label-column", "stars"};
    CliRun first =
        run(
            new Object[] {
              "train",
              "--task",
              "classification",
              "--data",
              csv,
              "--init",
              from,
              "--out",
              directory.resolve("a")
            },
            little);
    assertThat(first.code()).as(first.err()).isZero();
    Reformer a = Reformer.load(directory.resolve("a"));
    assertThat(a.headKind()).isEqualTo(HeadKind.CLASSIFICATION);
    assertThat(a.config().causal()).isFalse();
    String word = "reformer.embeddings.word_embeddings.weight";
    assertThat(a.parameters().get(word).value().data()[0])
        .isCloseTo(Reformer.load(from).parameters().get(word).value().data()[0], within(1e-6f));
    CliRun second =
        run(
            new Object[] {
              "train",
              "--task",
              "classification",
              "--data",
              csv,
              "--init",
              directory.resolve("a"),
              "--out",
              directory.resolve("b")
            },
            little);
    assertThat(second.code()).as(second.err()).isZero();
    Reformer b = Reformer.load(directory.resolve("b"));
    float[] before = a.logits(new int[] {50, 60, 70}, Workers.inline()).data();
    float[] after = b.logits(new int[] {50, 60, 70}, Workers.inline()).data();
    assertThat(after).usingComparatorWithPrecision(1e-4f).containsExactly(before);
  }

  @Test
  void aConfigurationGetsTheLabelsOfTheTexts() throws IOException {
    Path config =
        Files.writeString(directory.resolve("c.json"), TestModels.sliding().build().toJson());
    Path out = directory.resolve("m");
    CliRun run = train(out, "--config", config, "--label-column", "stars", "--steps", 1);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Reformer.load(out).config().labels()).containsExactly("9", "10");
    assertThat(Reformer.load(out).config().causal()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a.csv   | text,label~x,1~y,2             | text in column text, label in column label
          a.csv   | x x,1~y y,2~z,1                | text in column 1, label in column 2
          a.tsv   | pos\tsome "words~neg\tothers~pos\tthird | text in column 2, label in column 1
          a.jsonl | {"text":"x","label":1,"z":[1]}~{"label":true,"text":"y"} | text in column text
          a.txt   | text,label~x,1                 | give --format csv, tsv or jsonl
          a.csv   | text,label~x,1~y,1             | have the label '1'
          a.csv   | text,label~x,1~,2              | line 3 of
          a.csv   | text,label~x,1~y               | has no label
          a.csv   | a,b,c~x,1,5                    | does not say which of its columns
          a.csv   | text,label                     | the names of columns and nothing else
          a.csv   | text,label~"x,1                | is no CSV after line 1
          a.csv   | text,label~"x"y,1~z,2          | has something behind it
          a.jsonl | {"text":"x"                    | line 1 of
          a.jsonl | {"text":"x","label":"a"}~[1]   | is no JSON object
          """)
  void tablesAreReadAsPeopleKeepThem(String name, String content, String said) throws IOException {
    csv =
        Files.writeString(directory.resolve(name), content.replace('~', '\n').replace("\\t", "\t"));
    Path out = directory.resolve("out");
    CliRun run = train(out, "--preset", "tiny", "--steps", 1, "--held-out-share", 0);
    assertThat(run.err()).contains(said);
    boolean read = said.startsWith("text in");
    assertThat(run.code()).as(run.err()).isEqualTo(read ? 0 : 2);
    assertThat(Files.exists(out)).isEqualTo(read);
    if (!read) {
      assertThat(run.err().lines()).hasSize(1);
    }
  }

  @Test
  void columnsThatAreNotThereAreRefused() {
    Path out = directory.resolve("out");
    assertThat(train(out, "--steps", 1, "--text-column", "nothing").lastLine())
        .contains("--text-column 'nothing' is no column", "review, stars");
    assertThat(train(out, "--steps", 1, "--text-column", 1, "--label-column", "review").lastLine())
        .contains("are one column");
    assertThat(train(out, "--steps", 1, "--format", "xml").lastLine()).contains("--format");
  }
}
