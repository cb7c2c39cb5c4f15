package dev.reformer4j.cli.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.train.Evaluation;
import java.util.Optional;
import java.util.OptionalLong;

/// What a model is asked in an evaluation.
interface Exam extends AutoCloseable {
  /// Asks.
  Evaluation of(Reformer model, Workers workers);

  /// How the loss is told.
  Measure measure();

  /// Tokens of the longest sequence.
  int longest();

  /// Bytes of text that are asked about; empty where there are none.
  default OptionalLong bytes() {
    return OptionalLong.empty();
  }

  /// A sentence on what is not asked, though it was given.
  default Optional<String> leftOut() {
    return Optional.empty();
  }

  @Override
  default void close() {}
}
