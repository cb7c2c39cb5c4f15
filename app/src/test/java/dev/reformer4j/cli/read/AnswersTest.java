package dev.reformer4j.cli.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.text.Encoding;
import dev.reformer4j.text.Span;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `classify`, `answer` and `score`: what they print follows from the model's logits.
class AnswersTest {
  private static final String TEXT = "It was Élise 😀 who came. ";

  @TempDir private Path directory;

  /// Every pair of tokens, compared one by one.
  @Test
  void theBestSpanIsTheBestOfAll() {
    Encoding encoding = Vocabulary.bytes().encoding("Who came?", TEXT);
    for (int seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Tensor logits = Tensor.zeros(encoding.length(), 2);
      for (int i = 0; i < logits.size(); i++) {
        logits.data()[i] = (float) random.nextGaussian(0, 2);
      }
      int longest = 1 + seed % 7;
      float best = Float.NEGATIVE_INFINITY;
      int first = 0;
      int last = 0;
      for (int i = 9; i < encoding.length(); i++) {
        for (int j = i; j < Math.min(encoding.length(), i + longest); j++) {
          Span span = encoding.span(1, TEXT, i, j).orElseThrow();
          float score = logits.data()[2 * i] + logits.data()[2 * j + 1];
          if (score > best && span.end() > span.begin()) {
            best = score;
            first = i;
            last = j;
          }
        }
      }
      List<Spans.Answer> answers = Spans.best(logits, encoding, TEXT, longest, 3);
      assertThat(answers.getFirst().span())
          .as("seed " + seed)
          .isEqualTo(encoding.span(1, TEXT, first, last).orElseThrow());
      assertThat(answers)
          .hasSize(3)
          .isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
      assertThat(answers.stream().map(Spans.Answer::span)).doesNotHaveDuplicates();
    }
  }

  @Test
  void anAnswerIsAPartOfTheText() throws IOException {
    Path model = TestModels.save(HeadKind.QUESTION_ANSWERING, directory.resolve("m"));
    CliRun run =
        CliRun.of("answer", "--model", model, "--question", "Who?", "--context", TEXT, "--top", 4);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(4);
    int[] characters = TEXT.codePoints().toArray();
    run.out()
        .lines()
        .forEach(line -> {
          assertThat(line).matches("0\\.\\d{4}  \\d+-\\d+  .+");
          List<String> parts = List.of(line.split(" {2}", 3));
          List<Integer> place =
              List.of(parts.get(1).split("-")).stream().map(Integer::valueOf).toList();
          int count = place.get(1) - place.get(0);
          assertThat(parts.get(2)).isEqualTo(new String(characters, place.get(0), count));
        });
  }

  @Test
  void aTextForAnAnswerIsNeededAndMustFit() throws IOException {
    Path model = TestModels.save(HeadKind.QUESTION_ANSWERING, directory.resolve("m"));
    assertThat(refusal("answer", "--model", model, "--question", "Who?"))
        .contains("give --context TEXT or --context-file FILE");
    assertThat(refusal("answer", "--model", model, "--question", " ", "--context", "x"))
        .contains("the question is empty");
    assertThat(
            refusal("answer", "--model", model, "--question", "Who?", "--context", "x".repeat(300)))
        .contains("304 tokens")
        .contains("256 positions");
  }

  @Test
  void probabilitiesAreTheSoftmaxOfTheLogits() throws IOException {
    Path model = TestModels.save(HeadKind.CLASSIFICATION, directory.resolve("m"));
    CliRun run = CliRun.of("classify", "--model", model, "--text", "fine", "--text", "not fine");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(2);
    Reformer reformer = Reformer.load(model);
    float[] logits = reformer.logits(Vocabulary.bytes().encode("fine"), Workers.inline()).data();
    double sum = Math.exp(logits[0]) + Math.exp(logits[1]) + Math.exp(logits[2]);
    String first = run.out().lines().findFirst().orElseThrow();
    for (int label = 0; label < 3; label++) {
      String name = reformer.config().labels().get(label);
      assertThat(first)
          .contains(String.format(Locale.ROOT, "%s %.4f", name, Math.exp(logits[label]) / sum));
    }
    CliRun json = CliRun.of("classify", "--model", model, "--text", "fine", "--json");
    assertThat(json.out()).startsWith("{\"label\":\"").contains("\"SO-SO\":");
  }

  @Test
  void oneLabelIsANumberOfItsOwn() throws IOException {
    Path model =
        TestModels.save(
            TestModels.config(HeadKind.CLASSIFICATION).labels(List.of("STARS")),
            directory.resolve("m"));
    CliRun run = CliRun.of("classify", "--model", model, "--text", "fine");
    float logit =
        Reformer.load(model).logits(Vocabulary.bytes().encode("fine"), Workers.inline()).data()[0];
    assertThat(run.out().strip()).isEqualTo(String.format(Locale.ROOT, "STARS %.4f", logit));
  }

  @Test
  void aScoreIsTheSurpriseOfEveryTokenButTheFirst() throws IOException {
    Path model = TestModels.save(HeadKind.LANGUAGE_MODEL, directory.resolve("m"));
    Path file = Files.writeString(directory.resolve("t.txt"), TEXT);
    CliRun run = CliRun.of("score", "--model", model, "--file", file, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    int[] ids = Vocabulary.bytes().encode(TEXT);
    Tensor logits = Reformer.load(model).logits(ids, Workers.inline());
    double bits = 0;
    for (int i = 1; i < ids.length; i++) {
      double sum = 0;
      for (int id = 0; id < 258; id++) {
        sum += Math.exp(logits.data()[(i - 1) * 258 + id]);
      }
      bits += Math.log(sum) - logits.data()[(i - 1) * 258 + ids[i]];
    }
    bits /= Math.log(2) * (ids.length - 1);
    double said =
        Double.parseDouble(run.out().replaceAll(".*\"bitsPerByte\":([0-9.]+),.*\\R", "$1"));
    assertThat(said).isEqualTo(bits, Offset.offset(1e-5));
  }

  @Test
  void aTextBeyondThePositionsIsScoredInWindows() throws IOException {
    Path model = TestModels.save(HeadKind.LANGUAGE_MODEL, directory.resolve("m"));
    Path file = Files.writeString(directory.resolve("t.txt"), TEXT.repeat(30));
    CliRun run = CliRun.of("score", "--model", model, "--file", file, "--threads", 1);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("869 tokens, 869 bytes");
    assertThat(refusal("score", "--model", model, "--file", file, "--window", "1K"))
        .contains("--window 1024 is not from 2 to 256");
  }

  private static String refusal(Object... args) {
    CliRun run = CliRun.of(args);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    return run.err();
  }
}
