package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;
import java.io.DataInput;
import java.io.IOException;

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

  /// An empty cache, which attends to one growing sequence token by token. It holds the last chunk
  /// · (before + 1) tokens.
  ///
  /// Every step gives, to the bit, the row that [#forward] gives for the same token in any sequence
  /// that begins alike. (Where a window is more than 65 blocks, of which a chunk has one for every
  /// 64 tokens begun, the last bits may differ.) Wrap-around is left out, as it is there once the
  /// sequence has more than `before` chunks.
  ///
  /// @throws IllegalArgumentException if a number is below 1, or the configuration is not causal or
  ///   looks at chunks after
  public LocalCache newCache(int heads, int dQk, int dV) {
    CacheChecks.check(config, heads, dQk, dV);
    return new LocalCache(config, heads, dQk, dV);
  }

  /// Reads a cache that [AttentionCache#write] wrote for the same configuration.
  ///
  /// @throws IllegalArgumentException as [#newCache]
  /// @throws IOException if it was written with another, is damaged, or ends early
  public LocalCache readCache(DataInput in, int heads, int dQk, int dV) throws IOException {
    LocalCache cache = newCache(heads, dQk, dV);
    cache.read(new CacheReader(in));
    return cache;
  }

  private AttentionData data(AttentionInput input) {
    return new AttentionData(
        input,
        new float[0],
        row -> ChunkPattern.local(config, Tokens.of(input, row / input.heads())));
  }
}
