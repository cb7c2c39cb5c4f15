package dev.reformer4j.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.SafetensorsWriter;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A directory that holds no good model, or not the one for the command: one sentence, exit code 2,
/// and nothing written.
class BadModelTest {
  private static final String LAYER = "reformer.encoder.layers.1.attention.output.dense.weight";

  @TempDir private Path directory;

  private Path model;
  private Path out;

  @BeforeEach
  void saveModel() throws IOException {
    model = TestModels.save(HeadKind.LANGUAGE_MODEL, directory.resolve("m"));
    out = Files.createDirectory(directory.resolve("out"));
    Files.writeString(directory.resolve("ids.json"), "[[1, 2]]");
    Files.writeString(directory.resolve("text.txt"), "some text\n");
  }

  /// Every command that loads a model, as far as its head goes.
  private List<List<Object>> commands() {
    Path text = directory.resolve("text.txt");
    return List.of(
        List.of("generate", "--model", model, "--prompt", "x"),
        List.of("chat", "--model", model),
        List.of("score", "--model", model, "--file", text),
        List.of("embed", "--model", model, "--file", text, "--out", out.resolve("e.npy")),
        List.of(
            "logits",
            "--model",
            model,
            "--ids",
            directory.resolve("ids.json"),
            "--out",
            out.resolve("y.safetensors")),
        List.of("convert", "--from", model, "--to", out.resolve("c")));
  }

  private void assertRefused(String... said) throws IOException {
    for (List<Object> command : commands()) {
      CliRun run = CliRun.of(command.toArray());
      assertThat(run.code()).as(command + ": " + run.err()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.err().lines()).as(command.toString()).hasSize(1);
      assertThat(run.err()).contains(said);
      try (Stream<Path> files = Files.list(out)) {
        assertThat(files).isEmpty();
      }
    }
  }

  @Test
  void aDirectoryThatIsNotThere() throws IOException {
    model = directory.resolve("nowhere");
    assertRefused("nowhere");
  }

  @Test
  void aDirectoryWithoutAConfiguration() throws IOException {
    Files.delete(model.resolve("config.json"));
    assertRefused("config.json");
  }

  @Test
  void aDirectoryWithoutWeights() throws IOException {
    Files.delete(model.resolve("model.safetensors"));
    assertRefused("holds none of", "model.safetensors", "pytorch_model.bin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "not json", "{\"hidden_size\": -1}", "{\"attn_layers\": [\"x\"]}"})
  void aConfigurationThatIsNone(String text) throws IOException {
    Files.writeString(model.resolve("config.json"), text);
    assertRefused("config.json");
  }

  @Test
  void theConfigurationOfAnotherModel() throws IOException {
    Files.writeString(model.resolve("config.json"), "{\"architectures\": [\"BertForMaskedLM\"]}");
    assertRefused("BertForMaskedLM", "is this the directory of another model?");
  }

  @Test
  void weightsThatAreCutOff() throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
    assertRefused("model.safetensors");
  }

  @Test
  void weightsThatAreSomethingElse() throws IOException {
    Files.writeString(model.resolve("model.safetensors"), "<html>404</html>");
    assertRefused("model.safetensors");
  }

  @Test
  void aParameterThatIsMissing() throws IOException {
    rewrite(name -> !name.equals(LAYER), Map.of());
    assertRefused("lacks " + LAYER + " [16, 16]", "contradict each other");
  }

  @Test
  void aParameterThatIsTooMany() throws IOException {
    rewrite(_ -> true, Map.of("reformer.extra.weight", new int[] {3}));
    assertRefused("holds beyond the model reformer.extra.weight");
  }

  @Test
  void aParameterOfAnotherShape() throws IOException {
    rewrite(name -> !name.equals(LAYER), Map.of(LAYER, new int[] {16, 8}));
    assertRefused("[16, 8] where the model has " + LAYER + " [16, 16]");
  }

  @Test
  void aWeightThatIsNoNumber() throws IOException {
    Reformer broken = Reformer.load(model);
    broken.parameters().get(LAYER).value().data()[5] = Float.NaN;
    broken.save(model, DType.F32);
    assertRefused(LAYER + " holds NaN at index 5", "must be finite");
  }

  /// Saves the parameters that are wanted, and zeros of other shapes.
  private void rewrite(Predicate<String> wanted, Map<String, int[]> more) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    Reformer.load(model)
        .parameters()
        .forEach((name, parameter) -> {
          if (wanted.test(name)) {
            writer.add(name, parameter.value());
          }
        });
    more.forEach((name, shape) -> writer.add(name, dev.reformer4j.tensor.Tensor.zeros(shape)));
    writer.write(model.resolve("model.safetensors"));
  }

  @ParameterizedTest
  @CsvSource({
    "MASKED_LANGUAGE_MODEL, generate, use logits or embed",
    "MASKED_LANGUAGE_MODEL, score, use logits or embed",
    "CLASSIFICATION, generate, 'use classify, logits or embed'",
    "QUESTION_ANSWERING, chat, 'use answer, logits or embed'",
    "LANGUAGE_MODEL, classify, 'use generate, chat, score, logits or embed'",
    "NONE, answer, 'use embed, or logits --hidden'",
  })
  void aModelForAnotherCommand(HeadKind head, String command, String said) throws IOException {
    Path other = TestModels.save(head, directory.resolve("other"));
    List<Object> args = new ArrayList<>(List.of(command, "--model", other));
    args.addAll(
        switch (command) {
          case "generate" -> List.of("--prompt", "x");
          case "score" -> List.of("--file", directory.resolve("text.txt"));
          case "classify" -> List.of("--text", "x");
          case "answer" -> List.of("--question", "x", "--context", "y");
          default -> List.of();
        });
    CliRun run = CliRun.of(args.toArray());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err())
        .contains(other + " is a " + head.architecture(), command + " needs a ")
        .contains(said + " with this model");
  }

  @Test
  void aModelOfOtherIdsNeedsAVocabulary() throws IOException {
    model =
        TestModels.save(
            TestModels.config(HeadKind.LANGUAGE_MODEL).vocabularySize(300),
            directory.resolve("words"));
    CliRun run = CliRun.of("generate", "--model", model, "--prompt", "x");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("no vocabulary in", "tokenizer.json", "spiece.model");
    assertThat(CliRun.of("inspect", "--model", model).out())
        .contains("300 ids, no vocabulary for texts");
  }
}
