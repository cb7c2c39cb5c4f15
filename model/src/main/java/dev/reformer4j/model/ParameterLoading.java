package dev.reformer4j.model;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.checkpoint.TensorInfo;
import dev.reformer4j.checkpoint.Weights;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Fills the parameters of a model from a checkpoint, after comparing both as a whole: what is
/// missing, what is left over and what has another shape is said in one sentence, by name.
final class ParameterLoading {
  /// Names that a sentence lists before it counts the rest.
  private static final int MOST_NAMES = 5;

  private final Path directory;
  private final Weights weights;

  ParameterLoading(Path directory, Weights weights) {
    this.directory = directory;
    this.weights = weights;
  }

  /// Fills all parameters.
  ///
  /// @throws TensorFileException if checkpoint and model do not fit, or a number is not finite
  void fill(Collection<Parameter> parameters) throws TensorFileException {
    compare(parameters);
    for (Parameter parameter : parameters) {
      String name = StoredNames.of(parameter.name(), weights.names());
      Tensor numbers = weights.floats(name);
      checkFinite(name, numbers);
      parameter.fill(numbers.reshape(parameter.shape()));
    }
  }

  private void compare(Collection<Parameter> parameters) throws TensorFileException {
    List<String> missing = new ArrayList<>();
    List<String> otherShapes = new ArrayList<>();
    Set<String> surplus = new TreeSet<>(weights.names());
    surplus.removeIf(StoredNames::isPassedOver);
    for (Parameter parameter : parameters) {
      String name = StoredNames.of(parameter.name(), weights.names());
      surplus.remove(name);
      if (!weights.names().contains(name)) {
        missing.add(parameter.toString());
      } else if (!fits(weights.info(name), parameter)) {
        otherShapes.add(weights.info(name) + " where the model has " + parameter);
      }
    }
    if (missing.isEmpty() && otherShapes.isEmpty() && surplus.isEmpty()) {
      return;
    }
    List<String> complaints = new ArrayList<>();
    complain(complaints, "lacks ", missing);
    complain(complaints, "holds ", otherShapes);
    complain(complaints, "holds beyond the model ", List.copyOf(surplus));
    throw new TensorFileException(
        directory
            + ": config.json and weights contradict each other: the checkpoint "
            + String.join("; it ", complaints)
            + "; use the config.json that the weights were saved with");
  }

  private static void complain(List<String> complaints, String verb, List<String> names) {
    if (!names.isEmpty()) {
      String rest =
          names.size() > MOST_NAMES ? " and " + (names.size() - MOST_NAMES) + " more" : "";
      complaints.add(
          verb + String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size()))) + rest);
    }
  }

  private static boolean fits(TensorInfo info, Parameter parameter) {
    int[] shape = parameter.shape();
    return info.rank() == shape.length
        && IntStream.range(0, shape.length).allMatch(axis -> info.shape()[axis] == shape[axis]);
  }

  private void checkFinite(String name, Tensor numbers) throws TensorFileException {
    float[] data = numbers.data();
    for (int i = 0; i < data.length; i++) {
      if (!Float.isFinite(data[i])) {
        throw new TensorFileException(
            weights.source(name)
                + ": parameter "
                + name
                + " holds "
                + data[i]
                + " at index "
                + i
                + "; weights must be finite, so take an earlier checkpoint of this training");
      }
    }
  }
}
