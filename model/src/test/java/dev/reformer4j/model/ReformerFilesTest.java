package dev.reformer4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.Checkpoint;
import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Models as files: what was saved is loaded, and what does not fit together is refused.
class ReformerFilesTest {
  private static final Workers INLINE = Workers.inline();

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(HeadKind.class)
  void whatWasSavedIsLoaded(HeadKind kind) throws TensorFileException {
    ReformerConfig config = SmallModels.withHead(kind).labels(List.of("no", "yes")).build();
    Reformer model = SmallModels.filled(config);
    model.save(directory, DType.F32);

    Reformer loaded = Reformer.load(directory);

    assertThat(loaded.headKind()).isEqualTo(kind);
    assertThat(loaded.config().labels()).containsExactly("no", "yes");
    assertThat(loaded.parameters().sequencedKeySet())
        .containsExactlyElementsOf(model.parameters().sequencedKeySet());
    int[] ids = SmallModels.ids(config, 70, 1);
    assertThat(loaded.hidden(ids, INLINE).data()).isEqualTo(model.hidden(ids, INLINE).data());
    if (kind != HeadKind.NONE) {
      assertThat(loaded.logits(ids, INLINE).data()).isEqualTo(model.logits(ids, INLINE).data());
    }
  }

  /// A half precision rounds once: what was loaded from it and is saved in it again stays.
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "F16", "BF16"})
  void aPrecisionRoundsOnce(DType dtype, @TempDir Path again) throws IOException {
    Reformer model = SmallModels.filled(SmallModels.chunked().build());
    model.save(directory, dtype);
    Reformer loaded = Reformer.load(directory);
    loaded.save(again, dtype);
    double precision =
        switch (dtype) {
          case F16 -> 0x1p-11;
          case BF16 -> 0x1p-8;
          default -> 0;
        };
    model
        .parameters()
        .forEach((name, parameter) -> {
          float[] before = parameter.value().data();
          float[] after = loaded.parameters().get(name).value().data();
          for (int i = 0; i < before.length; i++) {
            double allowed = Math.max(precision * Math.abs(before[i]), precision * 0x1p-14);
            assertThat(Math.abs((double) before[i] - after[i])).isLessThanOrEqualTo(allowed);
          }
        });
    assertThat(Files.readAllBytes(again.resolve("model.safetensors")))
        .isEqualTo(Files.readAllBytes(directory.resolve("model.safetensors")));
    assertThat(Files.readString(again.resolve("config.json")))
        .isEqualTo(Files.readString(directory.resolve("config.json")));
  }

  @Test
  void theBiasOfTheHeadCanBeLeftOut() throws TensorFileException {
    ReformerConfig config = SmallModels.sliding().build();
    Reformer model = SmallModels.filled(config);
    model.save(directory, DType.F32);
    Reformer without =
        Reformer.load(directory, LoadOptions.defaults().withLanguageModelBias(false));
    int[] ids = SmallModels.ids(config, 20, 1);
    float[] bias = model.parameters().get("lm_head.bias").value().data();
    Tensor with = model.logits(ids, INLINE);
    Tensor plain = without.logits(ids, INLINE);
    for (int i = 0; i < with.size(); i++) {
      assertThat(with.data()[i])
          .isCloseTo(plain.data()[i] + bias[i % 11], org.assertj.core.api.Assertions.within(1e-5f));
    }
    // It is kept for whoever saves the model again.
    assertThat(without.parameters().get("lm_head.bias").value().data()).isEqualTo(bias);
  }

  /// Old files have the bias twice, or under its second name alone; masks that they hold are of no
  /// use.
  @Test
  void oldNamesAreUnderstood() throws TensorFileException {
    ReformerConfig config = SmallModels.sliding().build();
    Reformer model = SmallModels.filled(config);
    int[] ids = SmallModels.ids(config, 20, 1);
    float[] expected = model.logits(ids, INLINE).data();
    String attention = "reformer.encoder.layers.0.attention.self_attention.";
    save(
        model,
        tensors -> {
          tensors.put("lm_head.decoder.bias", tensors.get("lm_head.bias"));
          tensors.put(attention + "mask_value_float32", Tensor.of(new float[] {-1e9f}, 1));
        });
    assertThat(Reformer.load(directory).logits(ids, INLINE).data()).isEqualTo(expected);

    save(model, tensors -> tensors.put("lm_head.decoder.bias", tensors.remove("lm_head.bias")));
    assertThat(Reformer.load(directory).logits(ids, INLINE).data()).isEqualTo(expected);
  }

  private void save(Reformer model, Consumer<SequencedMap<String, Tensor>> change)
      throws TensorFileException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    model.parameters().forEach((name, parameter) -> tensors.put(name, parameter.value()));
    model.save(directory, DType.F32);
    change.accept(tensors);
    Checkpoint.write(directory, tensors, DType.F32, Long.MAX_VALUE);
  }

  @Test
  void whatDoesNotFitIsSaidByName() throws TensorFileException {
    Reformer model = SmallModels.filled(SmallModels.sliding().build());
    String bias = "lm_head.bias";
    String words = "reformer.embeddings.word_embeddings.weight";
    save(model, tensors -> tensors.remove(words));
    refused("lacks " + words + " [11, 5]", "use the config.json");

    save(model, tensors -> tensors.put("extra.weight", Tensor.zeros(2)));
    refused("holds beyond the model extra.weight", "use the config.json");

    save(model, tensors -> tensors.put(words, Tensor.zeros(12, 5)));
    refused(words, "[12, 5]", "where the model has " + words + " [11, 5]");

    save(model, tensors -> tensors.put(words, Tensor.zeros(55)));
    refused("[55]", "[11, 5]");

    save(model, tensors -> tensors.get(bias).data()[3] = Float.NaN);
    refused("parameter lm_head.bias holds NaN at index 3", "model.safetensors");
    model.parameters().get(bias).value().data()[3] = 0;

    save(model, tensors -> tensors.get(words).data()[54] = Float.NEGATIVE_INFINITY);
    refused("holds -Infinity at index 54");
  }

  @Test
  void manyNamesAreCountedAndNotListed() throws TensorFileException {
    Reformer model = SmallModels.filled(SmallModels.sliding().build());
    save(model, tensors -> tensors.keySet().removeIf(name -> name.contains("encoder.layers")));
    TensorFileException problem = refused("lacks", " more");
    assertThat(problem.getMessage()).hasSizeLessThan(900);
  }

  @Test
  void anotherConfigurationThanTheWeightsIsRefused() throws IOException {
    Reformer model = SmallModels.filled(SmallModels.sliding().build());
    model.save(directory, DType.F32);
    List<ReformerConfig> others =
        List.of(
            SmallModels.sliding().layers(LayerKind.LOCAL, LayerKind.LSH).build(),
            SmallModels.sliding()
                .layers(LayerKind.LSH, LayerKind.LSH, LayerKind.LSH, LayerKind.LOCAL)
                .build(),
            SmallModels.sliding().heads(3).build(),
            SmallModels.sliding().learnedPositions().build(),
            SmallModels.sliding().vocabularySize(12).build(),
            SmallModels.withHead(HeadKind.NONE).build(),
            SmallModels.withHead(HeadKind.QUESTION_ANSWERING).build());
    for (ReformerConfig other : others) {
      Files.writeString(directory.resolve("config.json"), other.toJson());
      refused("config.json and weights contradict each other");
    }
  }

  private TensorFileException refused(String... parts) {
    TensorFileException[] problem = new TensorFileException[1];
    assertThatThrownBy(() -> Reformer.load(directory))
        .isInstanceOfSatisfying(TensorFileException.class, e -> problem[0] = e)
        .hasMessageContainingAll(parts)
        .hasMessageContaining(directory.toString());
    assertThat(problem[0].getMessage().lines()).hasSize(1);
    return problem[0];
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    assertThatThrownBy(() -> Reformer.load(directory))
        .isInstanceOf(TensorFileException.class)
        .hasMessageContaining("config.json");
    SmallModels.filled(SmallModels.sliding().build()).save(directory, DType.F32);
    assertThatThrownBy(() -> Reformer.load(directory.resolve("model.safetensors")))
        .isInstanceOf(TensorFileException.class)
        .hasMessageContainingAll("is a file, but", "name the directory");
    Files.delete(directory.resolve("model.safetensors"));
    assertThatThrownBy(() -> Reformer.load(directory))
        .isInstanceOf(TensorFileException.class)
        .hasMessageContaining(directory.toString());
  }

  @Test
  void whatAnArchitectureNeedsIsSaidWithTheFile() throws IOException {
    SmallModels.filled(SmallModels.sliding().build()).save(directory, DType.F32);
    Path config = directory.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("ReformerModelWithLMHead", "BertForMaskedLM"));
    assertThatThrownBy(() -> Reformer.load(directory))
        .isInstanceOf(TensorFileException.class)
        .hasMessageContaining("BertForMaskedLM")
        .hasMessageContaining("config.json");
  }

  /// Without `architectures` the weights tell which head they are of.
  @ParameterizedTest
  @EnumSource(HeadKind.class)
  void theHeadIsFoundByItsWeights(HeadKind kind) throws IOException {
    ReformerConfig config = SmallModels.withHead(kind).build();
    Reformer model = SmallModels.filled(config);
    model.save(directory, DType.F32);
    Files.writeString(
        directory.resolve("config.json"),
        config.toBuilder().architectures(List.of()).build().toJson());

    Reformer loaded = Reformer.load(directory);

    assertThat(loaded.headKind()).isEqualTo(kind);
    int[] ids = SmallModels.ids(config, 20, 1);
    assertThat(loaded.hidden(ids, INLINE).data()).isEqualTo(model.hidden(ids, INLINE).data());
  }

  @Test
  void savingOverAModelReplacesItWhole() throws IOException {
    SmallModels.filled(SmallModels.sliding().build()).save(directory, DType.F32);
    ReformerConfig other = SmallModels.chunked().heads(3).build();
    Reformer replacement = SmallModels.filled(other);
    replacement.save(directory, DType.F32);

    int[] ids = SmallModels.ids(other, 20, 1);
    assertThat(Reformer.load(directory).logits(ids, INLINE).data())
        .isEqualTo(replacement.logits(ids, INLINE).data());
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("config.json", "model.safetensors");
    }
  }
}
