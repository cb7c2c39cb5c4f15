package dev.reformer4j.cli.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.checkpoint.Checkpoint;
import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.Weights;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A converted model is the same model, and appears whole or not at all.
class ConvertTest {
  @TempDir private Path directory;

  private Path from;
  private Path to;

  @BeforeEach
  void saveModel() throws IOException {
    from = TestModels.save(HeadKind.LANGUAGE_MODEL, directory.resolve("from"));
    to = directory.resolve("to");
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "F16", "BF16"})
  void everyParameterArrivesInTheDtypeAskedFor(DType dtype) throws IOException {
    CliRun run = convert("--dtype", dtype.name().toLowerCase(java.util.Locale.ROOT));
    assertThat(run.code()).as(run.err()).isZero();
    Reformer before = Reformer.load(from);
    Reformer after = Reformer.load(to);
    double precision = dtype == DType.F32 ? 0 : dtype == DType.F16 ? 1e-3 : 1e-2;
    before
        .parameters()
        .forEach((name, parameter) -> {
          float[] was = parameter.value().data();
          float[] is = after.parameters().get(name).value().data();
          for (int i = 0; i < was.length; i++) {
            assertThat((double) Math.abs(is[i] - was[i]))
                .isLessThanOrEqualTo(precision * Math.abs(was[i]) + precision * 1e-3);
          }
        });
    try (Weights weights = Checkpoint.open(to)) {
      for (String name : weights.names()) {
        assertThat(weights.info(name).dtype()).isEqualTo(dtype);
      }
    }
  }

  @Test
  void whatBelongsToTheVocabularyGoesAlong() throws IOException {
    Files.writeString(from.resolve("spiece.model"), "not read, only copied");
    Files.writeString(from.resolve("generation_config.json"), "{}");
    Files.writeString(from.resolve("optimizer.pt"), "stays");
    assertThat(convert().code()).isZero();
    assertThat(to.resolve("spiece.model")).hasContent("not read, only copied");
    assertThat(files(to))
        .containsExactlyInAnyOrder(
            "config.json", "model.safetensors", "spiece.model", "generation_config.json");
  }

  @Test
  void anotherModelIsReplacedByForceOnly() throws IOException {
    TestModels.save(HeadKind.CLASSIFICATION, to);
    Files.writeString(to.resolve("tokenizer.json"), "of the other model");
    CliRun refused = convert();
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.lastLine()).contains("holds a model already").contains("--force");
    assertThat(Reformer.load(to).headKind()).isEqualTo(HeadKind.CLASSIFICATION);
    assertThat(convert("--force").code()).isZero();
    assertThat(Reformer.load(to).headKind()).isEqualTo(HeadKind.LANGUAGE_MODEL);
    assertThat(to.resolve("tokenizer.json")).doesNotExist();
  }

  @Test
  void theModelItselfIsNeverReplaced() throws IOException {
    to = directory.resolve("link");
    Files.createSymbolicLink(to, from);
    CliRun run = convert("--force", "--dtype", "bf16");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.lastLine()).contains("is where the model comes from");
    Reformer.load(from);
  }

  /// Half precision ends at 65504.
  @Test
  void aNumberThatDoesNotFitLeavesNothingBehind() throws IOException {
    Reformer large = Reformer.load(from);
    large.parameters().get("lm_head.bias").value().data()[3] = 1e6f;
    large.save(from, DType.F32);
    CliRun run = convert("--dtype", "f16");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.lastLine()).contains("lm_head.bias");
    assertThat(files(directory)).containsExactly("from");
  }

  @Test
  void placesThatCannotBeWrittenAreNamed() throws IOException {
    to = Files.writeString(directory.resolve("file"), "x");
    assertThat(convert().lastLine()).contains("it is a file; name a directory");
    to = directory.resolve("no/such/place");
    assertThat(convert().lastLine()).contains("does not exist; create that");
    assertThat(convert().code()).isEqualTo(2);
  }

  private CliRun convert(Object... more) {
    List<Object> args =
        Stream.concat(Stream.of("convert", "--from", from, "--to", to), Stream.of(more)).toList();
    return CliRun.of(args.toArray());
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
