package dev.reformer4j.checkpoint;

import static dev.reformer4j.checkpoint.TensorFileException.quote;

import dev.reformer4j.checkpoint.Pickled.Dictionary;
import dev.reformer4j.checkpoint.Pickled.Entry;
import dev.reformer4j.checkpoint.Pickled.PickledTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Finds the dictionary of named tensors in what a pickle made. It is the whole, or, as trainers
/// save it, lies in one among other things: `{"state_dict": {…}, "epoch": 3}`.
final class StateDict {
  /// What trainers call it: Lightning, most tutorials, Fairseq, DeepSpeed.
  private static final List<String> NAMES =
      List.of("state_dict", "model_state_dict", "model", "module");

  private static final int DEEPEST = 8;

  private StateDict() {}

  /// The tensors by name, in the order of the dictionary; what else is in it is skipped.
  ///
  /// @throws TensorFileException if there is no such dictionary, or it is not clear which it is
  static SequencedMap<String, PickledTensor> find(MappedFile file, Object root)
      throws TensorFileException {
    Object found = root;
    for (int depth = 0; depth < DEEPEST && found instanceof Dictionary dictionary; depth++) {
      if (dictionary.holdsTensors()) {
        return tensors(file, dictionary);
      }
      found = inner(file, dictionary);
    }
    throw file.wrong(
        (found instanceof PickledTensor ? "holds a tensor alone" : "holds no dictionary of tensors")
            + ", but named tensors are needed; save them as one: torch.save(model.state_dict(),"
            + " \"pytorch_model.bin\")");
  }

  private static Object inner(MappedFile file, Dictionary dictionary) throws TensorFileException {
    for (String name : NAMES) {
      for (Entry entry : dictionary.entries()) {
        if (name.equals(entry.key()) && entry.value() instanceof Dictionary) {
          return entry.value();
        }
      }
    }
    List<Entry> candidates =
        dictionary.entries().stream()
            .filter(entry -> entry.value() instanceof Dictionary inner && inner.holdsTensors())
            .toList();
    if (candidates.size() > 1) {
      throw file.wrong(
          "holds several dictionaries of tensors: "
              + TensorFileException.list(
                  candidates.stream().map(entry -> shown(entry.key())).toList(), "")
              + "; save the one that is the model alone");
    }
    return candidates.isEmpty() ? null : candidates.getFirst().value();
  }

  private static SequencedMap<String, PickledTensor> tensors(MappedFile file, Dictionary dictionary)
      throws TensorFileException {
    SequencedMap<String, PickledTensor> tensors = new LinkedHashMap<>();
    for (Entry entry : dictionary.entries()) {
      if (entry.value() instanceof PickledTensor tensor) {
        if (!(entry.key() instanceof String name)) {
          throw file.wrong(
              "names a tensor by "
                  + shown(entry.key())
                  + ", which is no text; save model.state_dict() alone");
        }
        if (tensors.put(name, tensor) != null) {
          throw file.wrong(
              "tensor " + quote(name) + " appears twice in the pickle; names must be unique");
        }
      }
    }
    return tensors;
  }

  /// A key, which can be a text, a number, or anything else.
  private static String shown(Object key) {
    return key instanceof String || key instanceof Number || key instanceof Boolean
        ? key.toString()
        : "something";
  }
}
