package dev.reformer4j.text;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/// The ids of a vocabulary and those of its model, which may be fewer or more: a tokenizer can know
/// a special token that no model was trained with, and a model's table can be rounded up.
///
/// @param size of the vocabulary
/// @param modelSize how many ids the model has
record IdRange(int size, int modelSize) {
  /// Gives ids back that are going into the model.
  ///
  /// @param piece the text of an id, for the sentence
  /// @throws IllegalArgumentException if the model lacks one
  int[] requireInModel(int[] ids, IntFunction<String> piece) {
    for (int id : ids) {
      if (id >= modelSize) {
        throw new IllegalArgumentException(
            "the text has \"%s\", which is id %d of the vocabulary, and the model has %d ids; leave it out of the text, or use a model with %d ids"
                .formatted(piece.apply(id), id, modelSize, size));
      }
    }
    return ids;
  }

  /// @throws IllegalArgumentException if an id is neither in the vocabulary nor in the model
  void require(int id) {
    if (id < 0 || id >= Math.max(size, modelSize)) {
      throw new IllegalArgumentException(
          "id %d stands for nothing; ids are those from 0 to %d"
              .formatted(id, Math.max(size, modelSize) - 1));
    }
  }

  /// Those of some ids that are in the vocabulary.
  ///
  /// @throws IllegalArgumentException as [#require]
  int[] known(int[] ids) {
    for (int id : ids) {
      require(id);
    }
    return Arrays.stream(ids).filter(id -> id < size).toArray();
  }

  /// An id that the model has, if it is one.
  OptionalInt inModel(Integer id) {
    return id == null || id >= modelSize ? OptionalInt.empty() : OptionalInt.of(id);
  }
}
