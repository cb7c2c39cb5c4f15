package dev.reformer4j.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.checkpoint.Checkpoint;
import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.Weights;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What `inspect` says of a model.
class InspectTest {
  @TempDir private Path directory;

  @Test
  void itSaysWhatTheModelIs() throws IOException {
    Path model = TestModels.save(HeadKind.LANGUAGE_MODEL, directory.resolve("m"));
    CliRun run = CliRun.of("inspect", "--model", model, "--length", 100);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("ReformerModelWithLMHead", "predicts the next token", "causal")
        .contains("258 ids, bytes")
        .contains("256, axial 16 x 16 with 4 + 12 numbers")
        .containsPattern("0  local +8 +1 +0\\R")
        .containsPattern("1  lsh +8 +1 +0 +2 +4\\R")
        .containsPattern("word_embeddings.weight +\\[258, 16\\] +F32 +4,128\\R")
        .contains("over 100 tokens (104 with padding, as in Hugging Face)");
    long count = Reformer.load(model).parameters().values().stream().mapToLong(p -> p.size()).sum();
    assertThat(run.out()).contains(dev.reformer4j.cli.Say.count(count) + " parameters");
  }

  @ParameterizedTest
  @EnumSource(HeadKind.class)
  void everyHeadHasAnObjectForPrograms(HeadKind head) throws IOException {
    Path model = TestModels.save(head, directory.resolve("m"));
    CliRun run = CliRun.of("inspect", "--model", model, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(1);
    assertThat(run.out())
        .startsWith("{")
        .contains("\"architecture\":\"" + head.architecture() + "\"")
        .contains("\"layers\":[{\"attention\":\"local\",\"chunk\":8")
        .contains("\"rounds\":2,\"buckets\":[4]")
        .contains("\"length\":256")
        .doesNotContain("\"but\"");
  }

  /// A model whose weights are not numbers does not load, but can be looked at.
  @Test
  void noWeightIsRead() throws IOException {
    Path model = directory.resolve("m");
    Reformer broken = Reformer.create(TestModels.config(HeadKind.LANGUAGE_MODEL).build(), 7);
    broken.parameters().values().forEach(p -> Arrays.fill(p.value().data(), Float.NaN));
    broken.save(model, DType.F32);
    assertThat(CliRun.of("inspect", "--model", model).code()).isZero();
    assertThat(CliRun.of("score", "--model", model, "--file", model.resolve("config.json")).code())
        .isEqualTo(2);
  }

  /// Old versions of transformers saved masks, and the bias of the head under a second name.
  @Test
  void whatOldVersionsLeftIsNoContradiction() throws IOException {
    Path model = TestModels.save(HeadKind.LANGUAGE_MODEL, directory.resolve("m"));
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    try (Weights weights = Checkpoint.open(model)) {
      for (String name : weights.names()) {
        tensors.put(name.replace("lm_head.bias", "lm_head.decoder.bias"), weights.floats(name));
      }
    }
    tensors.put(
        "reformer.encoder.layers.1.attention.self_attention.mask_value_float32", Tensor.zeros());
    Checkpoint.write(model, tensors, DType.F32, Checkpoint.SHARD_BYTES);
    CliRun run = CliRun.of("inspect", "--model", model);
    assertThat(run.out())
        .contains("lm_head.decoder.bias")
        .doesNotContain("contradict", "mask_value");
    assertThat(Reformer.load(model).parameters()).containsKey("lm_head.bias");
  }

  @Test
  void aConfigurationThatContradictsTheWeightsIsShown() throws IOException {
    Path model = TestModels.save(HeadKind.LANGUAGE_MODEL, directory.resolve("m"));
    Files.writeString(
        model.resolve("config.json"),
        TestModels.config(HeadKind.LANGUAGE_MODEL).feedForwardSize(40).build().toJson());
    CliRun run = CliRun.of("inspect", "--model", model);
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("config.json calls for [40, 16]")
        .contains("contradict each other in 6 parameters");
  }

  @Test
  void aLengthBeyondThePositionsIsRefused() throws IOException {
    Path model = TestModels.save(HeadKind.LANGUAGE_MODEL, directory.resolve("m"));
    CliRun run = CliRun.of("inspect", "--model", model, "--length", "1K");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.lastLine()).contains("the 256 positions of this model; give at most 256");
  }
}
