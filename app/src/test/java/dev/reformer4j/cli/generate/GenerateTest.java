package dev.reformer4j.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.CliProcess;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import dev.reformer4j.generate.GenerateRequest;
import dev.reformer4j.generate.Generator;
import dev.reformer4j.generate.NextLogits;
import dev.reformer4j.generate.Sampling;
import dev.reformer4j.generate.TextListener;
import dev.reformer4j.model.AxialShape;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `generate` prints is what the library generates.
class GenerateTest {
  private static final String PROMPT = "Once upon a time ";

  @TempDir private Path directory;

  private Path model;

  @BeforeEach
  void saveModel() throws IOException {
    model = TestModels.save(TestModels.sliding(), directory.resolve("m"));
  }

  @Test
  void theTextIsThatOfTheLibrary() throws IOException {
    Sampling sampling = new Sampling(0.7, 50, 0.9, 0.01, 1.1, 5);
    Generator generator =
        new Generator(
            NextLogits.remembering(Reformer.load(model), Workers.inline()), Vocabulary.bytes());
    String text =
        generator
            .generate(List.of(PROMPT), GenerateRequest.of(sampling, 30), TextListener.none())
            .completions()
            .getFirst()
            .text();
    CliRun run =
        generate(
            "--prompt",
            PROMPT,
            "--max-new-tokens",
            30,
            "--temperature",
            0.7,
            "--top-k",
            50,
            "--top-p",
            0.9,
            "--min-p",
            0.01,
            "--repetition-penalty",
            1.1,
            "--seed",
            5);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo(text + System.lineSeparator());
    assertThat(run.lastLine())
        .startsWith("reformer4j: read 17 tokens in ")
        .contains("generated 30 tokens", "tokens/s; ended by --max-new-tokens; seed 5");
  }

  @Test
  void everyPromptGetsWhatItWouldGetAlone() throws IOException {
    Path file = Files.writeString(directory.resolve("p.txt"), "A second one, a bit longer.\n");
    String first = generate("--prompt", PROMPT).out();
    String second = generate("--prompt-file", file).out();
    CliRun both = generate("--prompt", PROMPT, "--prompt-file", file);
    String n = System.lineSeparator();
    assertThat(both.out()).isEqualTo("==> 1 <==" + n + first + "==> 2 <==" + n + second);
  }

  @Test
  void aSessionGoesOnAsIfItHadNeverStopped() throws IOException {
    Path session = directory.resolve("s.r4j");
    String whole = ids(generate("--prompt", PROMPT, "--max-new-tokens", 24, "--json"));
    String first =
        ids(generate("--prompt", PROMPT, "--max-new-tokens", 11, "--json", "--session", session));
    String second = ids(generate("--max-new-tokens", 13, "--json", "--session", session));
    assertThat(first + "," + second).isEqualTo(whole);
  }

  private static String ids(CliRun run) {
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(1);
    return run.out().replaceAll("(?s).*\"ids\":\\[([0-9,]*)\\].*", "$1");
  }

  @Test
  void readingAgainGivesTheSameWithSlidingWindows() {
    assertThat(generate("--prompt", PROMPT, "--exact-decode").out())
        .isEqualTo(generate("--prompt", PROMPT).out());
  }

  @Test
  void bytesAreAPromptWhateverTheyAre() throws IOException {
    Path file = Files.write(directory.resolve("p.bin"), new byte[] {(byte) 0xFF, 0, 17});
    CliRun refused = generate("--prompt-file", file);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("byte 0 (0xFF) is not UTF-8");
    CliRun run = generate("--prompt-file", file, "--bytes");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.lastLine()).contains("read 3 tokens");
  }

  @Test
  void aStopStringEndsTheText() {
    String text = generate("--prompt", PROMPT, "--max-new-tokens", 60).out();
    int middle = text.offsetByCodePoints(0, 20);
    String stop = text.substring(middle, text.offsetByCodePoints(middle, 1));
    CliRun run = generate("--prompt", PROMPT, "--max-new-tokens", 60, "--stop", stop);
    assertThat(run.out().strip()).isEqualTo(text.substring(0, text.indexOf(stop)).strip());
    assertThat(run.lastLine()).contains("ended by --stop");
  }

  @Test
  void theLastPositionEndsTheText() {
    CliRun run = generate("--prompt", "x".repeat(250), "--max-new-tokens", 100);
    assertThat(run.code()).isZero();
    assertThat(run.lastLine()).contains("generated 6 tokens").contains("the last position");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--temperature -1 | temperature is -1, but must be",
        "--temperature warm | --temperature 'warm' is not a number",
        "--temperature NaN | --temperature 'NaN' is not a number",
        "--top-p 1.5 | top-p is 1.5, but must be from 0 to 1",
        "--min-p -0.1 | min-p is -0.1",
        "--repetition-penalty 0 | repetition penalty is 0",
        "--top-k -1 | --top-k -1 is too small",
        "--max-new-tokens 0 | --max-new-tokens 0 is too small",
        "--greedy --temperature 0.5 | contradict each other",
        "--prompt-file nowhere.txt | there is no such file",
        "--session no/such/place | its directory does not exist",
      })
  void whatMakesNoSenseIsOneSentence(String options, String said) {
    CliRun run = generate(Stream.concat(Stream.of("--prompt", "x"), args(options)).toArray());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(said);
  }

  private static Stream<String> args(String options) {
    return Stream.of(options.strip().split(" ", -1));
  }

  @Test
  void aPromptIsNeededAndMustFit() throws IOException {
    assertThat(refusal()).contains("no prompt was given; give --prompt TEXT");
    assertThat(refusal("--prompt", "")).contains("the prompt is empty");
    assertThat(refusal("--prompt", "x".repeat(257))).contains("256 positions");
    assertThat(refusal("--prompt", "x".repeat(256))).contains("leaves no room");
    Path session = directory.resolve("s.r4j");
    assertThat(refusal("--session", session)).contains("so a prompt is needed");
    assertThat(refusal("--session", session, "--prompt", "a", "--prompt", "b"))
        .contains("--session holds one text");
    Files.writeString(session, "certainly no session");
    assertThat(refusal("--session", session)).contains("is not a saved session");
    assertThat(session).hasContent("certainly no session");
  }

  @Test
  void aSessionOfAnotherModelIsRefused() throws IOException {
    Path session = directory.resolve("s.r4j");
    assertThat(generate("--prompt", PROMPT, "--session", session).code()).isZero();
    byte[] before = Files.readAllBytes(session);
    model = TestModels.save(HeadKind.LANGUAGE_MODEL, directory.resolve("other"));
    assertThat(refusal("--session", session)).contains("was saved with another model");
    assertThat(Files.readAllBytes(session)).isEqualTo(before);
  }

  private String refusal(Object... args) {
    CliRun run = generate(args);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    return run.err();
  }

  private CliRun generate(Object... args) {
    Stream<Object> usual = Stream.of("generate", "--model", model, "--threads", 1);
    List<Object> all = Stream.concat(usual, Stream.of(args)).toList();
    return all.contains("--max-new-tokens")
        ? CliRun.of(all.toArray())
        : CliRun.of(Stream.concat(all.stream(), Stream.of("--max-new-tokens", 16)).toArray());
  }

  /// The JVM is ending then, and some things cannot be begun any more.
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aTextThatIsInterruptedIsSavedAsFarAsItCame() throws Exception {
    Path session = directory.resolve("s.r4j");
    Path endless =
        TestModels.save(
            TestModels.sliding().axial(AxialShape.of(1 << 20, 16, 2)).maxPositions(1 << 20),
            directory.resolve("endless"));
    Path out = directory.resolve("out");
    Process process =
        CliProcess.of(
                List.of(),
                "generate",
                "--model",
                endless,
                "--prompt",
                "x",
                "--max-new-tokens",
                1 << 19,
                "--session",
                session)
            .redirectOutput(out.toFile())
            .start();
    for (int i = 0; Files.size(out) == 0; i++) {
      assertThat(process.isAlive() && i < 1200).isTrue();
      Thread.sleep(50);
    }
    process.destroy();
    CliProcess.end(process);
    model = endless;
    CliRun run = generate("--session", session, "--max-new-tokens", 1);
    assertThat(run.code()).as(run.err()).isZero();
  }
}
