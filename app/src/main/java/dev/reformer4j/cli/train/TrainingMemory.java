package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Heap;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.train.TrainingOptions.OptimizerKind;
import java.util.HashMap;
import java.util.Map;

/// Bytes that a step of a training holds, foreseen from the configuration.
final class TrainingMemory {
  /// Spans whose gradients are summed apart, of one layer at a time.
  private static final int SPANS = 16;

  private TrainingMemory() {}

  /// All that is alive at once.
  ///
  /// @param n tokens of one sequence
  static double of(Reformer model, int n, OptimizerKind optimizer) {
    ModelMemory forward = ModelMemory.of(model, n);
    double numbers = (double) Float.BYTES * ModelMemory.parameters(model);
    // The gradient, and what Adam remembers; what Adafactor does is little.
    double perParameter = optimizer == OptimizerKind.ADAMW ? 3 : 1;
    return forward.weights()
        + perParameter * numbers
        + 2 * forward.streams()
        + 2 * (forward.projections() + forward.attention())
        + SPANS * largestLayer(model);
  }

  /// Bytes of the parameters whose gradients are summed together.
  private static double largestLayer(Reformer model) {
    Map<String, Double> layers = new HashMap<>();
    for (Parameter parameter : model.parameters().values()) {
      if (!parameter.name().contains("embeddings")) {
        String layer = parameter.name().replaceFirst("(attention|feed_forward|lm_head).*", "$1");
        layers.merge(layer, (double) Float.BYTES * parameter.size(), Double::sum);
      }
    }
    return layers.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  /// Refuses a step that cannot fit.
  ///
  /// @throws dev.reformer4j.cli.UserError if it does not fit
  static void require(Reformer model, int n, OptimizerKind optimizer) {
    Heap.require(
        of(model, n, optimizer),
        "a training step over " + Say.count(n) + " tokens of this model",
        "shorter sequences (--length), a smaller model, --optimizer adafactor");
  }
}
