package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;

/// What LSH attention gives, and what its hashing decided.
public final class LshResult extends AttentionResult {
  private final Hashes hashes;

  private LshResult(Tensor output, Tensor logSumExp, SoftmaxState state, Hashes hashes) {
    super(output, logSumExp, state);
    this.hashes = hashes;
  }

  static LshResult of(AttentionInput input, Tensor output, SoftmaxState state, Hashes hashes) {
    return new LshResult(output, Tensor.of(state.logSumExp(), rowShape(input)), state, hashes);
  }

  /// Buckets and bucket order of every round.
  public Hashes hashes() {
    return hashes;
  }
}
