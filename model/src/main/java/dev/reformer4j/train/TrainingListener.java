package dev.reformer4j.train;

import dev.reformer4j.checkpoint.TensorFileException;
import java.io.IOException;
import java.util.Optional;

/// Looks on while a training runs. An exception ends the run, as one of its own would.
public interface TrainingListener {
  /// After every step.
  default void onStep(Step step) throws IOException {}

  /// After an evaluation.
  ///
  /// @param step steps done
  /// @param best whether no earlier one was better
  default void onEvaluation(long step, Evaluation evaluation, boolean best) throws IOException {}

  /// After the model was saved.
  ///
  /// @param step steps done
  /// @param evaluation of this very model; empty if nothing was held out, or not evaluated yet
  default void onModel(long step, Optional<Evaluation> evaluation) throws IOException {}

  /// After a checkpoint.
  default void onCheckpoint(TrainingCheckpoint checkpoint) throws IOException {}

  /// A checkpoint that cannot be used; an older one is tried next.
  default void onDamaged(TensorFileException reason) {}
}
