package dev.reformer4j.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What stands on the stack and turns its result into an answer.
public enum HeadKind {
  /// The next token: logits over the vocabulary for every position.
  LANGUAGE_MODEL("ReformerModelWithLMHead"),
  /// A hidden token: logits over the vocabulary for every position, from both sides.
  MASKED_LANGUAGE_MODEL("ReformerForMaskedLM"),
  /// One label for the sequence, read off its first token.
  CLASSIFICATION("ReformerForSequenceClassification"),
  /// The first and the last token of an answer: two logits for every position.
  QUESTION_ANSWERING("ReformerForQuestionAnswering"),
  /// Nothing: the last hidden state is the result.
  NONE("ReformerModel");

  private final String architecture;

  HeadKind(String architecture) {
    this.architecture = architecture;
  }

  /// The name of Hugging Face's class.
  public String architecture() {
    return architecture;
  }

  /// Whether the result is logits over the vocabulary.
  public boolean speaks() {
    return this == LANGUAGE_MODEL || this == MASKED_LANGUAGE_MODEL;
  }

  /// What a model that does not say is taken for: one that reads only what came before predicts
  /// what comes next, one that reads both ways what was hidden.
  static HeadKind defaultFor(ReformerConfig config) {
    return config.causal() ? LANGUAGE_MODEL : MASKED_LANGUAGE_MODEL;
  }

  /// The same configuration, naming this kind if it names none.
  ///
  /// @throws IllegalArgumentException if the head cannot stand on such a model
  ReformerConfig namedIn(ReformerConfig config) {
    return config.architectures().isEmpty()
        ? config.toBuilder().architectures(List.of(architecture)).build()
        : config;
  }

  /// The kind that a configuration names; empty if it names none.
  ///
  /// @throws IllegalArgumentException if it names only others
  static Optional<HeadKind> named(List<String> architectures) {
    if (architectures.isEmpty()) {
      return Optional.empty();
    }
    for (HeadKind kind : values()) {
      if (architectures.contains(kind.architecture)) {
        return Optional.of(kind);
      }
    }
    throw new IllegalArgumentException(
        "architectures is "
            + architectures
            + ", but only "
            + Arrays.stream(values()).map(HeadKind::architecture).toList()
            + " can be built; is this the directory of another model?");
  }
}
