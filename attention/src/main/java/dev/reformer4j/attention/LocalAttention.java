package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;

/// Attention within a window of neighbouring positions: chunks that see themselves and their
/// neighbours. Queries and keys are separate, logits are `q · k / √dQk`, and a token may attend to
/// itself.
///
/// Tensors that [AttentionInput#shared] shares are used in both roles as they are, without making
/// keys unit length. A query that sees nothing but padding gets output 0 and log-sum-exp −∞.
public final class LocalAttention {
  private final LocalConfig config;

  /// An attention without state, which may be shared.
  public LocalAttention(LocalConfig config) {
    this.config = config;
  }

  /// What defines it.
  public LocalConfig config() {
    return config;
  }

  /// Attends.
  ///
  /// @throws IllegalArgumentException if a number is not finite, or a query/key vector so long that
  ///   its square is not
  /// @throws java.util.concurrent.CancellationException if the calling thread is interrupted
  public AttentionResult forward(AttentionInput input, Workers workers) {
    Checks.finite(input, workers);
    Tensor output = Tensor.zeros(input.value().shape());
    return AttentionResult.of(input, output, ForwardPass.run(data(input), output.data(), workers));
  }

  /// Goes backward from the gradient of the output.
  ///
  /// @param result what [#forward] gave for this input
  /// @param outputGradient of the shape of the output
  /// @throws IllegalArgumentException if shapes disagree, or the output gradient is not finite
  /// @throws java.util.concurrent.CancellationException if the calling thread is interrupted
  public Gradients backward(
      AttentionInput input, AttentionResult result, Tensor outputGradient, Workers workers) {
    return BackwardPass.run(data(input), result, outputGradient, workers);
  }

  private AttentionData data(AttentionInput input) {
    return new AttentionData(
        input,
        new float[0],
        row -> ChunkPattern.local(config, Tokens.of(input, row / input.heads())));
  }
}
