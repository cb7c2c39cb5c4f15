package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Heap;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.layer.Activations;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.train.TrainingOptions.OptimizerKind;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/// Bytes that a step of a training holds, foreseen from the configuration.
final class TrainingMemory {
  /// Spans whose gradients are summed apart: of one attention and one feed-forward, which are kept
  /// from layer to layer, or of the head.
  private static final int SPANS = 16;

  private TrainingMemory() {}

  /// The share of the heap that stored activations may take: they are live for a whole step, and
  /// what a layer computes beside them comes and goes.
  private static final double MOST_OF_HEAP = 0.5;

  /// Stored, which is faster, where a step fits the heap with plenty to spare; reversed elsewhere.
  static Activations choose(Reformer model, int n, OptimizerKind optimizer) {
    double all = of(model, n, optimizer, Activations.STORED);
    return all <= MOST_OF_HEAP * Heap.available() ? Activations.STORED : Activations.REVERSED;
  }

  /// What keeping the activations takes beside all that is alive anyway: of every layer both of its
  /// inputs, the roles, the output and the softmax of its attention, and the inside of its
  /// feed-forward.
  private static double stored(Reformer model, int n) {
    ReformerConfig config = model.config();
    ModelMemory forward = ModelMemory.of(model, n);
    double inside = (double) Float.BYTES * n * config.feedForwardSize();
    double layer = forward.streams() + forward.projections() + forward.attention() + inside;
    return config.layers().size() * layer;
  }

  /// All that is alive at once in a step that stores its activations.
  static double of(Reformer model, int n, OptimizerKind optimizer, Activations activations) {
    double reversed = of(model, n, optimizer);
    return activations == Activations.STORED ? reversed + stored(model, n) : reversed;
  }

  /// All that is alive at once in a step that computes its activations again.
  ///
  /// @param n tokens of one sequence
  private static double of(Reformer model, int n, OptimizerKind optimizer) {
    ModelMemory forward = ModelMemory.of(model, n);
    double numbers = (double) Float.BYTES * ModelMemory.parameters(model);
    // The gradient, and what Adam remembers; what Adafactor does is little.
    double perParameter = optimizer == OptimizerKind.ADAMW ? 3 : 1;
    return forward.weights()
        + perParameter * numbers
        + 2 * forward.streams()
        + 2 * (forward.projections() + forward.attention())
        + SPANS * summedTogether(model);
  }

  /// Bytes of the parameters whose sums are there together.
  private static double summedTogether(Reformer model) {
    Map<String, Double> layers = new HashMap<>();
    for (Parameter parameter : model.parameters().values()) {
      if (!parameter.name().contains("embeddings")) {
        String layer = parameter.name().replaceFirst("(attention|feed_forward|lm_head).*", "$1");
        layers.merge(layer, (double) Float.BYTES * parameter.size(), Double::sum);
      }
    }
    double attention = largest(layers, name -> name.endsWith("attention"));
    double feedForward = largest(layers, name -> name.endsWith("feed_forward"));
    return Math.max(attention + feedForward, largest(layers, _ -> true));
  }

  private static double largest(Map<String, Double> layers, Predicate<String> which) {
    return layers.entrySet().stream()
        .filter(layer -> which.test(layer.getKey()))
        .mapToDouble(Map.Entry::getValue)
        .max()
        .orElse(0);
  }

  /// Refuses a step that cannot fit.
  ///
  /// @throws dev.reformer4j.cli.UserError if it does not fit
  static void require(Reformer model, int n, OptimizerKind optimizer, Activations activations) {
    boolean stored = activations == Activations.STORED;
    Heap.require(
        of(model, n, optimizer, activations),
        "a training step over " + Say.count(n) + " tokens of this model",
        (stored ? "--activations reversed, " : "")
            + "shorter sequences (--length), a smaller model, --optimizer adafactor");
  }
}
