package dev.reformer4j.bench.model;

import dev.reformer4j.bench.StageProfile.Frame;
import java.util.List;
import java.util.Locale;

/// What a pass through a model spends its time on, told from the stack.
enum ModelStage {
  /// Products with weights, biases added.
  DENSE,
  /// Hashing, sorting and attention, in all heads.
  ATTENTION,
  /// Layer norms and activations.
  NORMS,
  /// Rows of a sequence into panels of tokens, and back.
  MOVING,
  /// Rows of the embedding tables.
  EMBEDDING,
  /// Loss, optimiser, and sums of gradients over threads.
  LEARNING,
  /// New arrays, which the JVM fills with zeros.
  ALLOCATING,
  OTHER;

  private static final String LIBRARY = "dev.reformer4j.";

  /// The stage of a stack, innermost frame first: that of the first frame which tells.
  static ModelStage of(List<Frame> stack) {
    for (Frame frame : stack) {
      ModelStage stage = of(frame);
      if (stage != OTHER) {
        return stage;
      }
    }
    return OTHER;
  }

  private static ModelStage of(Frame frame) {
    String type = frame.type().replaceFirst("\\$.*", "");
    if (!type.startsWith(LIBRARY)) {
      return OTHER;
    }
    return switch (type.substring(LIBRARY.length())) {
      case "attention.Workers" -> OTHER; // around everything
      case "layer.Dense",
          "kernel.PackedWeights",
          "kernel.DenseTiles",
          "kernel.SliverGradient",
          "kernel.PanelGradient" ->
          DENSE;
      case "layer.LayerNorm", "layer.ActivationLayer" -> NORMS;
      case "layer.PanelMover" -> MOVING;
      case "layer.Embeddings", "layer.AxialPositions", "layer.LearnedPositions" -> EMBEDDING;
      case "layer.GradientSums", "train.AdamW", "train.CrossEntropy" -> LEARNING;
      case "tensor.Tensor" -> ALLOCATING;
      default -> type.startsWith(LIBRARY + "attention.") ? ATTENTION : OTHER;
    };
  }

  /// The name in reports.
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
