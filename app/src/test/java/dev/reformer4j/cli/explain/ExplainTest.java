package dev.reformer4j.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.RotatedScores;
import dev.reformer4j.checkpoint.SafetensorsWriter;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.Inputs;
import dev.reformer4j.picture.WellFormed;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainTest {
  private static final String SENTENCE =
      "It is a truth universally acknowledged, that a single man in possession of a good fortune,"
          + " must be in want of a wife.";

  private static final String TAGS =
      "<script>alert('one')</script> & <img src=x onerror=alert(2)> \"three\" four five six seven";

  private static final Tensor VECTORS = Inputs.random(1, 2, 100, 8);

  @TempDir private Path folder;

  @Test
  void aSentenceIsExplained() {
    CliRun run = CliRun.of("explain", "--words", "--text", SENTENCE, "--token", 9);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("23 words")
        .contains("4 rounds of 8 buckets")
        .contains("Token 9 “man”")
        .contains("What it saw")
        .contains("What it lost")
        .contains("Over all 23 queries")
        .doesNotContain("\u001b")
        .doesNotContain("NaN");
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
  }

  /// Without a word about vectors they are those that the shipped model has learnt to make.
  @Test
  void aSentenceIsExplainedByTheModelThatComesAlong() {
    CliRun first = CliRun.of("explain", "--text", SENTENCE, "--token", 30);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out())
        .startsWith("117 tokens of austen, in layer 1 of 4")
        .contains("causal,")
        .contains("Token 30 “o”")
        .contains("What it saw");
    CliRun third = CliRun.of("explain", "--text", SENTENCE, "--token", 30, "--layer", 3);
    assertThat(third.out()).startsWith("117 tokens of austen, in layer 3 of 4");
    assertThat(third.out()).isNotEqualTo(first.out().replace("in layer 1", "in layer 3"));
  }

  @Test
  void bytesOfOneCharacterAreNumbered() {
    CliRun run = CliRun.of("explain", "--text", "An é and a 😀 in a row of words", "--token", 4);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("Token 4 “é/2”");
  }

  @Test
  void theSameSeedSaysTheSame() {
    CliRun one = CliRun.of("explain", "--words", "--text", SENTENCE, "--seed", 5, "--threads", 1);
    CliRun two = CliRun.of("explain", "--words", "--text", SENTENCE, "--seed", 5, "--threads", 3);
    CliRun other = CliRun.of("explain", "--words", "--text", SENTENCE, "--seed", 6);
    assertThat(one.out()).isEqualTo(two.out()).isNotEqualTo(other.out());
  }

  static List<List<String>> attentions() {
    return List.of(
        List.of("--causal"),
        List.of("--rounds", "1", "--buckets", "2x4"),
        List.of("--chunking", "sliding", "--buckets", "4"),
        List.of("--chunk", "1000", "--words"),
        List.of("--mask-other-buckets", "--count-once", "--after", "1"),
        List.of("--torch-seed", "3"),
        List.of("--rounds", "12"),
        List.of("--unit", "characters"));
  }

  @ParameterizedTest
  @MethodSource("attentions")
  void everyKindOfAttentionIsExplainedAsAPage(List<String> options) throws IOException {
    Path html = folder.resolve("report.html");
    Object[] args =
        Stream.of(List.of("explain", "--text", SENTENCE, "--html", html.toString()), options)
            .flatMap(List::stream)
            .toArray();
    CliRun run = CliRun.of(args);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.lastLine()).isEqualTo("reformer4j: wrote " + html);
    checkPage(Files.readString(html));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        TAGS,
        "👨‍👩‍👧 🍕 ♥ emoji in a text of words and of e\u0301 more",
        "שלום עולם זה טקסט בעברית עם כמה מילים נוספות",
        "\u202e turned \u001b[31m round \u0000 in the middle of it all",
        "a",
        "🍕",
        "the the the the the the the the the the the the the the the the the the"
      })
  void noTextBreaksThePage(String text) throws IOException {
    Path html = folder.resolve("report.html");
    checkRun(CliRun.of("explain", "--text", text, "--html", html));
    checkPage(Files.readString(html));
  }

  @ParameterizedTest
  @ValueSource(strings = {TAGS, "half a pair \uD800 and \u0000 between words that are many enough"})
  void noTextBreaksThePageOfItsWords(String text) throws IOException {
    Path html = folder.resolve("report.html");
    checkRun(CliRun.of("explain", "--words", "--text", text, "--html", html));
    checkPage(Files.readString(html));
  }

  private static void checkRun(CliRun run) {
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).doesNotContain("\u001b").doesNotContain("NaN");
  }

  /// One file that asks for nothing: no script, no address but the name of SVG, and a policy that
  /// forbids the rest.
  private static void checkPage(String page) {
    WellFormed.check(page.replaceAll("(?s)<style>.*?</style>", ""));
    assertThat(page)
        .contains("default-src 'none'")
        .contains("prefers-color-scheme: dark")
        .contains("width=device-width")
        .doesNotContain("<script")
        .doesNotContain("<img")
        .doesNotContain("@import")
        .doesNotContain("url(")
        .doesNotContain("NaN")
        .doesNotContain("Infinity");
    assertThat(page.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http:", "https:");
  }

  @Test
  void aLongTextSaysWhatIsShownOfIt() throws IOException {
    Path text = folder.resolve("long.txt");
    Files.writeString(text, (SENTENCE + " ").repeat(30));
    Path html = folder.resolve("report.html");
    CliRun run = CliRun.of("explain", "--words", "--file", text, "--html", html, "--queries", 20);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("long.txt: 690 words").contains("a sample of 20 queries");
    assertThat(Files.readString(html)).contains("of 690 tokens").contains("one query stands for");
  }

  @Test
  void tensorsAreExplainedByPosition() throws IOException {
    Path file = tensors(new SafetensorsWriter());
    CliRun run = CliRun.of("explain", "--in", file, "--head", 1, "--token", 17, "--chunk", 16);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("x.safetensors: 100 tokens in 2 heads of width 8.")
        .contains("Token 17, head 1 of 2")
        .contains("Over all 200 queries");
  }

  /// With columns that are the unit vectors, xR is x itself: the bucket is its largest coordinate.
  @Test
  void rotationsOfTheFileAreUsed() throws IOException {
    float[] unit = new float[2 * 8 * 8];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = i % 64 % 9 == 0 ? 1 : 0;
    }
    SafetensorsWriter writer = new SafetensorsWriter();
    Path file = tensors(writer.add("rotations", Tensor.of(unit, 2, 8, 1, 8)));
    float[] x = Arrays.copyOfRange(VECTORS.data(), 17 * 8, 18 * 8);
    int largest = RotatedScores.of(toDouble(x)).argmax();
    CliRun run = CliRun.of("explain", "--in", file, "--token", 17);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("1 round of 16 buckets").contains(" at " + largest + " of 16");
    CliRun seeded = CliRun.of("explain", "--in", file, "--seed", 1);
    assertThat(seeded.code()).isEqualTo(2);
    assertThat(seeded.lastLine()).contains("brings its own rotations");
  }

  private Path tensors(SafetensorsWriter writer) throws IOException {
    Path file = folder.resolve("x.safetensors");
    writer.add("qk", VECTORS).add("v", Inputs.random(2, 2, 100, 4)).write(file);
    return file;
  }

  private static double[] toDouble(float[] numbers) {
    double[] copy = new double[numbers.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = numbers[i];
    }
    return copy;
  }

  @Test
  void figuresAreDrawn() throws IOException {
    Path figures = folder.resolve("figures");
    CliRun run = CliRun.of("explain", "--words", "--text", SENTENCE, "--figures", figures);
    assertThat(run.code()).as(run.err()).isZero();
    try (Stream<Path> files = Files.list(figures)) {
      List<Path> drawn = files.toList();
      assertThat(drawn).hasSize(3 + 4 + 2 * 4);
      for (Path file : drawn) {
        WellFormed.check(
            Files.readString(file, StandardCharsets.UTF_8)
                .replaceAll("(?s)<style>.*?</style>", ""));
      }
    }
    assertThat(Files.readString(figures.resolve("worked-example-1.svg")))
        .contains(">2.67<")
        .contains("bucket 1");
    assertThat(Files.readString(figures.resolve("worked-example-2.svg")))
        .contains(">3.03<")
        .contains("bucket 2");
    assertThat(Files.readString(figures.resolve("worked-example-3.svg")))
        .contains(">1.83<")
        .contains("bucket 0");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(List.of(), "one of --text, --file and --in"),
        Arguments.of(List.of("--text", "a", "--file", "b"), "one of --text, --file and --in"),
        Arguments.of(List.of("--words", "--text", ""), "nothing to attend over"),
        Arguments.of(List.of("--words", "--text", "  \n "), "nothing to attend over"),
        Arguments.of(List.of("--text", "ab", "--token", "2"), "--token 2 does not exist"),
        Arguments.of(List.of("--words", "--text", "ab", "--head", "1"), "--head 1 does not exist"),
        Arguments.of(List.of("--text", "ab", "--token", "-1"), "too small"),
        Arguments.of(List.of("--text", "ab", "--buckets", "3"), "3"),
        Arguments.of(List.of("--text", "ab", "--sharpness", "0"), "--sharpness 0 is not above 0"),
        Arguments.of(List.of("--text", "ab", "--sharpness", "NaN"), "--sharpness NaN"),
        Arguments.of(List.of("--text", "ab", "--unit", "lines"), "neither 'words' nor"),
        Arguments.of(List.of("--text", "ab", "--chunking", "x"), "neither 'chunked' nor"),
        Arguments.of(List.of("--text", "ab", "--seed", "1", "--torch-seed", "2"), "both given"),
        Arguments.of(List.of("--text", ""), "the text is empty"),
        Arguments.of(List.of("--text", "ab", "--layer", "0"), "the layers that hash are 1, 3"),
        Arguments.of(List.of("--text", "ab", "--layer", "9"), "--layer 9 of austen does not exist"),
        Arguments.of(List.of("--text", "ab", "--words", "--layer", "1"), "drop one or the other"),
        Arguments.of(List.of("--in", "x.safetensors", "--model", "m"), "drop one or the other"),
        Arguments.of(List.of("--file", "no/such.txt"), "does not exist"),
        Arguments.of(List.of("--file", "."), "is a directory"),
        Arguments.of(List.of("--in", "x.npy"), "one safetensors file"),
        Arguments.of(List.of("--text", "ab", "--html", "no/such/dir/x.html"), "no/such/dir"),
        Arguments.of(List.of("--text", "ab", "--html", ""), "name of the file to write is empty"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsOneSentence(List<String> options, String part) {
    CliRun run = CliRun.of(Stream.concat(Stream.of("explain"), options.stream()).toArray());
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.lastLine()).startsWith("reformer4j: ").contains(part);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aFileThatIsNoTextIsSaid() throws IOException {
    Path file = folder.resolve("bytes");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    CliRun run = CliRun.of("explain", "--words", "--file", file);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.lastLine()).contains("is not text in UTF-8").contains("iconv");
  }
}
