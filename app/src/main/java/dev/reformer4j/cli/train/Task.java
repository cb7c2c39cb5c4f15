package dev.reformer4j.cli.train;

import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a training teaches: which model that takes, and what there is to learn.
interface Task {
  /// The head that it trains.
  HeadKind head();

  /// Whether the model may only see what came before.
  boolean causal();

  /// The configuration of a new model where the user has none.
  ///
  /// @param preset that was asked for
  /// @throws dev.reformer4j.cli.UserError if there is no such preset for this task
  ReformerConfig config(Optional<Preset> preset);

  /// The heads of models that one may begin with.
  default List<HeadKind> beginnings() {
    return List.of(head());
  }

  /// The configuration of a model for this task that begins as another one, or as the user says.
  ///
  /// @throws IllegalArgumentException if it could not be
  default ReformerConfig fit(ReformerConfig config) {
    return config;
  }

  /// Whether the head of a model that one begins with cannot be kept.
  ///
  /// @param before its configuration
  default boolean needsNewHead(ReformerConfig before) {
    return false;
  }

  /// A learning rate that suits a new model of a preset.
  default double rate(Optional<Preset> preset) {
    return preset.orElse(Preset.SMALL).rate();
  }

  /// Sequences of one step where the user does not say.
  default int batch() {
    return 1;
  }

  /// Whether LSH layers hash by new rotations in every step, where the user does not say.
  default boolean newRotations() {
    return false;
  }

  /// Opens what there is to learn.
  ///
  /// @param vocabulary where that of the model is looked for; empty if it is one of bytes
  /// @throws dev.reformer4j.cli.UserError if there is nothing
  Lessons open(Reformer model, Optional<Path> vocabulary) throws IOException;

  /// How the model card tells of it.
  CardWords words();
}
