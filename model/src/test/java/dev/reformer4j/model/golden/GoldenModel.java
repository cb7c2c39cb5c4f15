package dev.reformer4j.model.golden;

import dev.reformer4j.checkpoint.Safetensors;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
  /// @param mask `[n]`, false at padding, where the outputs say nothing
  /// @param hidden `[n, 2·dModel]`
  /// @param logits those of the model's head, `lm_head.bias` added; absent without a head
  /// @param unbiased without `lm_head.bias`; only with the first input of a language model
  /// @param greedy ids that follow; only for prompts
  public record Input(
      int number,
      int[] ids,
      Optional<boolean[]> mask,
      Tensor hidden,
      Optional<Tensor> logits,
      Optional<Tensor> unbiased,
      Optional<int[]> greedy) {
    @Override
    public String toString() {
      return "input " + number + " of " + ids.length + " ids";
    }
  }

  /// Loss and gradients of one input in training mode, without dropout.
  ///
  /// @param labels one per token for language models, -100 where there is none; one class; or the
  ///   positions of start and end
  /// @param gradients of every parameter, by name
  public record Gradients(
      int[] ids, int[] labels, float loss, SequencedMap<String, Tensor> gradients) {}

  /// All models of the golden data, by name.
  public static List<GoldenModel> all() {
    return in(directory());
  }

  /// All models in a directory, by name.
  static List<GoldenModel> in(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
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
                optionalInts(file, number + "mask").map(GoldenModel::flags),
                file.floats(number + "hidden"),
                optional(file, number + "logits"),
                optional(file, number + "unbiased"),
                optionalInts(file, number + "greedy")));
      }
      return inputs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<int[]> optionalInts(Safetensors file, String name) throws IOException {
    return file.tensors().containsKey(name) ? Optional.of(file.ints(name)) : Optional.empty();
  }

  private static boolean[] flags(int[] numbers) {
    boolean[] flags = new boolean[numbers.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = numbers[i] == 1;
    }
    return flags;
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

  /// Fails if two tensors differ anywhere by more than a tolerance, padding apart.
  void check(String what, Input input, Tensor expected, Tensor actual, double tolerance) {
    String at = this + ", " + input + ", " + what;
    if (!Arrays.equals(expected.shape(), actual.shape())) {
      throw new AssertionError(at + " is " + actual + ", not " + expected + "; " + HOW_TO_MAKE);
    }
    int rows = expected.rank() == 2 ? expected.dim(0) : 1;
    int width = expected.size() / rows;
    for (int i = 0; i < expected.size(); i++) {
      float wanted = expected.data()[i];
      float found = actual.data()[i];
      boolean padding = rows > 1 && input.mask().isPresent() && !input.mask().get()[i / width];
      if (!padding && !(Math.abs(wanted - found) <= tolerance)) {
        throw new AssertionError(
            "%s [%d, %d] is %s, but Hugging Face has %s; %s"
                .formatted(at, i / width, i % width, found, wanted, HOW_TO_MAKE));
      }
    }
  }

  @Override
  public String toString() {
    return directory.getFileName().toString();
  }
}
