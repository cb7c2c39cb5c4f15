package dev.reformer4j.cli.model;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.cli.Heap;
import dev.reformer4j.cli.Say;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.plan.Method;
import dev.reformer4j.plan.Workload;
import java.util.Arrays;

/// Bytes that a forward pass over one sequence holds, foreseen from the configuration.
///
/// @param weights the parameters in float32, those of dense layers a second time in the order in
///   which the kernels read them
/// @param streams both streams of the reversible stack, `2 · n · dModel` numbers, however deep
/// @param projections queries, keys and values of all heads of one layer
/// @param attention its output, the statistics of its softmax, and of LSH where every token hashed
/// @param result what the head gives, when the layers are done
public record ModelMemory(
    double weights, double streams, double projections, double attention, double result) {
  private static final double FLOAT = Float.BYTES;

  /// Foresees a pass.
  ///
  /// @param model may have no numbers yet
  /// @param n tokens, without padding
  public static ModelMemory of(Reformer model, int n) {
    ReformerConfig config = model.config();
    int padded = config.chunking() == Chunking.CHUNKED ? config.paddedLength(n) : n;
    Workload load =
        new Workload(padded, config.heads(), config.headSize(), config.headSize(), config.causal());
    double role = FLOAT * padded * config.heads() * config.headSize();
    double projections = 0;
    double attention = 0;
    for (LayerKind kind : config.layers()) {
      // Two roles and the output are what the method counts as inputs and output.
      double besides =
          switch (kind) {
            case LSH -> new Method.Lsh(config.lsh(padded)).memory(load) - 3 * role;
            case LOCAL -> new Method.Exact().memory(load) - 3 * role;
          };
      projections = Math.max(projections, (kind == LayerKind.LSH ? 2 : 3) * role);
      attention = Math.max(attention, role + besides);
    }
    return new ModelMemory(
        weights(model),
        2 * FLOAT * padded * config.dModel(),
        projections,
        attention,
        FLOAT * resultSize(model, n));
  }

  /// All that is alive at once.
  public double peak() {
    return weights + streams + Math.max(projections + attention, result);
  }

  /// Numbers of a model.
  public static long parameters(Reformer model) {
    return model.parameters().values().stream().mapToLong(ModelMemory::size).sum();
  }

  /// Bytes of a model that has run at least once.
  public static double weights(Reformer model) {
    return FLOAT
        * model.parameters().values().stream()
            .mapToDouble(parameter -> (isPacked(parameter) ? 2.0 : 1.0) * size(parameter))
            .sum();
  }

  /// A number beyond an array is for the model to refuse, not for who counts.
  private static long size(Parameter parameter) {
    return Arrays.stream(parameter.shape()).asLongStream().reduce(1, Math::multiplyExact);
  }

  /// Weights of dense layers: all matrices that are no tables.
  private static boolean isPacked(Parameter parameter) {
    return parameter.shape().length == 2 && !parameter.name().contains("_embeddings.");
  }

  /// How many numbers the head gives for a sequence.
  public static double resultSize(Reformer model, int n) {
    ReformerConfig config = model.config();
    return switch (model.headKind()) {
      case LANGUAGE_MODEL, MASKED_LANGUAGE_MODEL -> (double) n * config.vocabularySize();
      case CLASSIFICATION -> config.labels().size();
      case QUESTION_ANSWERING -> 2.0 * n;
      case NONE -> hiddenSize(model, n);
    };
  }

  /// How many numbers the last hidden state of a sequence has.
  public static double hiddenSize(Reformer model, int n) {
    return 2.0 * n * model.config().dModel();
  }

  /// Refuses a pass that cannot fit.
  ///
  /// @param model has its numbers already, which take their place in the heap
  /// @param n tokens of the longest sequence
  /// @param results bytes of all that is kept of all sequences
  /// @throws dev.reformer4j.cli.UserError if it does not fit
  public static void require(Reformer model, int n, double results) {
    ModelMemory memory = of(model, n);
    Heap.require(
        memory.peak() + results,
        "a pass over " + Say.count(n) + " tokens of this model",
        "shorter texts, or fewer at a time");
  }
}
