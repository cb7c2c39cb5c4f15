package dev.reformer4j.train;

/// Looks on while a training runs.
public interface TrainingListener {
  /// After every step.
  default void onStep(Step step) {}

  /// After an evaluation.
  ///
  /// @param step steps done
  /// @param best whether no earlier one was better
  default void onEvaluation(long step, Evaluation evaluation, boolean best) {}

  /// After a checkpoint.
  default void onCheckpoint(TrainingCheckpoint checkpoint) {}
}
