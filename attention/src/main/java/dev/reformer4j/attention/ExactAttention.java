package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;

/// Attention over all pairs, O(n²), tiled with a running softmax so that the scores never stand in
/// memory (Milakov and Gimelshein 2018; Dao et al. 2022).
///
/// Shared queries and keys: keys of unit length, and no token attends to itself unless it is alone;
/// this is what LSH attention approximates. Separate ones: logits `q · k / √dQk`, every token may
/// attend to itself; this is what PyTorch's `scaled_dot_product_attention` computes.
public final class ExactAttention {
  private final ExactConfig config;

  /// An attention without state, which may be shared.
  public ExactAttention(ExactConfig config) {
    this.config = config;
  }

  /// What defines it.
  public ExactConfig config() {
    return config;
  }

  /// Attends.
  ///
  /// @throws IllegalArgumentException if a number is not finite, or a query/key vector so long that
  ///   its square is not
  /// @throws java.util.concurrent.CancellationException if the calling thread is interrupted
  public AttentionResult forward(AttentionInput input, Workers workers) {
    if (!input.isShared()) { // else they are checked where keys get their unit length
      Checks.finite(input, workers);
    }
    Tensor output = Tensor.zeros(input.value().shape());
    return AttentionResult.of(
        input, output, ForwardPass.run(data(input, workers), output.data(), workers));
  }

  /// Goes backward from the gradient of the output.
  ///
  /// @param result what [#forward] gave for this input
  /// @param outputGradient of the shape of the output
  /// @throws IllegalArgumentException if shapes disagree, or the output gradient is not finite
  /// @throws java.util.concurrent.CancellationException if the calling thread is interrupted
  public Gradients backward(
      AttentionInput input, AttentionResult result, Tensor outputGradient, Workers workers) {
    return BackwardPass.run(data(input, workers), result, outputGradient, workers);
  }

  private AttentionData data(AttentionInput input, Workers workers) {
    float[] keyScale = new float[0];
    if (input.isShared()) {
      keyScale = new float[Tensor.sizeOf(input.batch(), input.heads(), input.n())];
      Hashing.hashAll(
          input,
          input.key(),
          new float[0],
          1,
          new int[0],
          new int[0][],
          keyScale,
          () -> {},
          workers);
    }
    return new AttentionData(
        input,
        keyScale,
        row ->
            new FullPattern(
                Tokens.of(input, row / input.heads()), config.causal(), input.isShared()));
  }
}
