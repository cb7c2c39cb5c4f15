package dev.reformer4j.generate;

import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;

/// The models that foretell the next token.
final class CausalModels {
  private CausalModels() {}

  /// @param task what it is for, such as `generation`
  /// @throws IllegalArgumentException if the model is none
  static void require(Reformer model, String task) {
    if (model.headKind() != HeadKind.LANGUAGE_MODEL) {
      throw new IllegalArgumentException(
          task
              + " needs a model that foretells the next token ("
              + HeadKind.LANGUAGE_MODEL.architecture()
              + "), but this is a "
              + model.headKind().architecture()
              + why(model.headKind())
              + "; load a causal one");
    }
  }

  private static String why(HeadKind kind) {
    return kind == HeadKind.MASKED_LANGUAGE_MODEL
        ? ", which guesses hidden tokens from both sides: its probabilities of single tokens do not"
            + " make up that of a text"
        : "";
  }
}
