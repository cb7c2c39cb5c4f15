package dev.reformer4j.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.tensor.Tensor;
import java.util.Collection;
import java.util.Map;
import java.util.SequencedMap;

/// Changes parameters by their gradients.
public sealed interface Optimizer permits AdamW, Adafactor {
  /// One step.
  ///
  /// @param parameters those of the model, in a fixed order
  /// @param rate learning rate
  /// @param step counted from 1
  void step(Collection<Parameter> parameters, double rate, long step, Workers workers);

  /// What it remembers, by names that begin with those of the parameters, for a checkpoint.
  SequencedMap<String, Tensor> state();

  /// Takes up what [#state] gave.
  ///
  /// @throws IllegalArgumentException if something is missing, or of another shape
  void restore(Collection<Parameter> parameters, Map<String, Tensor> state);
}
