package dev.reformer4j.model.golden;

import dev.reformer4j.checkpoint.Safetensors;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/// A small model that Hugging Face saved, and what it computes with it; see `make_model_golden.py`.
public final class GoldenModel {
  /// What a failing test says.
  public static final String HOW_TO_MAKE =
      "if the peer changed, make the data again: pip install torch transformers; python"
          + " model/src/test/resources/golden/make_model_golden.py";

  private static final String GRADIENT = "grad.";

  private final Path directory;

  private GoldenModel(Path directory) {
    this.directory = directory;
  }

  /// One input, and what comes of it.
  ///
  /// @param number which of its model's inputs it is
  /// @param hidden `[n, 2·dModel]`
  /// @param logits those of the model's head, `lm_head.bias` added; absent without a head
  /// @param unbiased without `lm_head.bias`; only with the first input of a language model
  /// @param greedy ids that follow; only for prompts
  public record Input(
      int number,
      int[] ids,
      Tensor hidden,
      Optional<Tensor> logits,
      Optional<Tensor> unbiased,
      Optional<int[]> greedy) {}

  /// Loss and gradients of one input in training mode, without dropout.
  ///
  /// @param labels one per token for language models, -100 where there is none; one class; or the
  ///   positions of start and end
  /// @param gradients of every parameter, by name
  public record Gradients(
      int[] ids, int[] labels, float loss, SequencedMap<String, Tensor> gradients) {}

  /// All models, by name.
  public static List<GoldenModel> all() {
    try (Stream<Path> entries = Files.list(directory())) {
      return entries.filter(Files::isDirectory).sorted().map(GoldenModel::new).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where the data lie.
  public static Path directory() {
    try {
      return Path.of(GoldenModel.class.getResource("/golden/buckets.json").toURI()).getParent();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /// The directory as a user would give it.
  public Path path() {
    return directory;
  }

  /// Its inputs in order.
  public List<Input> inputs() {
    try (Safetensors file = Safetensors.open(directory.resolve("expected.safetensors"))) {
      List<Input> inputs = new ArrayList<>();
      while (file.tensors().containsKey(inputs.size() + ".ids")) {
        String number = inputs.size() + ".";
        inputs.add(
            new Input(
                inputs.size(),
                file.ints(number + "ids"),
                file.floats(number + "hidden"),
                optional(file, number + "logits"),
                optional(file, number + "unbiased"),
                file.tensors().containsKey(number + "greedy")
                    ? Optional.of(file.ints(number + "greedy"))
                    : Optional.empty()));
      }
      return inputs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What it does in training mode; absent for models that are only evaluated.
  public Optional<Gradients> gradients() {
    Path path = directory.resolve("gradients.safetensors");
    if (Files.notExists(path)) {
      return Optional.empty();
    }
    try (Safetensors file = Safetensors.open(path)) {
      SequencedMap<String, Tensor> gradients = new LinkedHashMap<>();
      for (String name : file.names()) {
        if (name.startsWith(GRADIENT)) {
          gradients.put(name.substring(GRADIENT.length()), file.floats(name));
        }
      }
      float loss = file.floats("loss").data()[0];
      return Optional.of(new Gradients(file.ints("ids"), file.ints("labels"), loss, gradients));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Tensor> optional(Safetensors file, String name) throws IOException {
    return file.tensors().containsKey(name) ? Optional.of(file.floats(name)) : Optional.empty();
  }

  @Override
  public String toString() {
    return directory.getFileName().toString();
  }
}
