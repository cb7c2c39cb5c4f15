package dev.reformer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.generate.GenerateRequest;
import dev.reformer4j.generate.Generator;
import dev.reformer4j.generate.NextLogits;
import dev.reformer4j.generate.Sampling;
import dev.reformer4j.generate.TextListener;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every example runs, and prints what its comment promises.
class ExamplesTest {
  @TempDir private Path directory;

  private interface Program {
    void run() throws IOException;
  }

  @Test
  void attendByHashing() throws IOException {
    assertThat(lines(AttendByHashing::main))
        .startsWith("output [8, 4096, 64]", "hashed 4 rounds of 8x16 buckets over 4096 tokens")
        .last()
        .asString()
        .matches("token 9 of head 0: bucket \\d{1,3} in round 0");
  }

  @Test
  void explainOneToken() throws IOException {
    List<String> lines = lines(ExplainOneToken::main);
    assertThat(lines).hasSize(7);
    for (int round = 0; round < 3; round++) {
      assertThat(lines.get(round))
          .matches("round " + round + ": bucket \\d+, place \\d+, chunk \\d+");
    }
    for (String line : lines.subList(3, 6)) {
      Matcher seen = matched("token 100 sees (\\d+) in rounds \\[[012, ]+\\] with weight .*", line);
      assertThat(Integer.parseInt(seen.group(1)) % 32).as("its own topic").isEqualTo(100 % 32);
    }
    Matcher mass = matched("captured mass ([01]\\.\\d{3}), \\d+ keys lost", lines.get(6));
    assertThat(Double.parseDouble(mass.group(1))).isBetween(0.9, 1.0);
  }

  @Test
  void keepAModel() throws IOException {
    assertThat(lines(() -> KeepAModel.main(new String[] {directory.toString()})))
        .containsExactly("logits [30, 258], embedding [128]", "saved and loaded: the same bits");
    assertThat(directory.resolve("config.json")).isNotEmptyFile();
    assertThat(directory.resolve("model.safetensors")).isNotEmptyFile();
  }

  @Test
  void generateText() throws IOException {
    String untaught = output(() -> GenerateText.main(new String[0]));
    assertThat(untaught)
        .startsWith("It was ")
        .containsPattern("\\R\\d+ tokens, MAX_NEW_TOKENS\\R$");
    assertThat(output(() -> GenerateText.main(new String[0]))).isEqualTo(untaught);
  }

  /// What streams by is the text that is returned.
  @Test
  void generateTextOfAModelInADirectory() throws IOException {
    output(() -> KeepAModel.main(new String[] {directory.toString()}));
    String printed = output(() -> GenerateText.main(new String[] {directory.toString(), "Emma "}));
    GenerateRequest request =
        GenerateRequest.of(Sampling.random(7).withTemperature(0.8).withTopK(40), 48);
    String text =
        new Generator(
                NextLogits.remembering(Reformer.load(directory), Workers.inline()),
                Vocabulary.bytes())
            .generate(List.of("Emma "), request, TextListener.none())
            .completions()
            .getFirst()
            .text();
    assertThat(printed)
        .isEqualToNormalizingNewlines("Emma " + text + "\n48 tokens, MAX_NEW_TOKENS\n");
  }

  @Test
  void attendStepByStep() throws IOException {
    List<String> lines = lines(AttendStepByStep::main);
    assertThat(lines).hasSize(2).last().isEqualTo("the same bits as one pass");
    assertThat(lines.getFirst()).matches("1000 steps, \\d+ KiB kept");
  }

  @Test
  void everyExampleIsShortAndRunHere() throws IOException {
    String here = "dev/reformer4j/examples";
    String tests = Files.readString(Path.of("src/test/java", here, "ExamplesTest.java"));
    try (Stream<Path> files = Files.list(Path.of("src/main/java", here))) {
      for (Path file : files.filter(f -> !f.endsWith("package-info.java")).toList()) {
        String name = file.getFileName().toString().replace(".java", "");
        assertThat(Files.readAllLines(file)).as(name).hasSizeLessThan(60);
        assertThat(tests).containsPattern(name + "(\\.|::)main");
      }
    }
  }

  private static Matcher matched(String pattern, String line) {
    Matcher matcher = Pattern.compile(pattern).matcher(line);
    assertThat(matcher.matches()).as(line).isTrue();
    return matcher;
  }

  private static List<String> lines(Program program) throws IOException {
    return output(program).lines().toList();
  }

  private static String output(Program program) throws IOException {
    PrintStream usual = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(usual);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
