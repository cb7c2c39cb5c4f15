package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;

/// What an attention gives, and keeps for going backward.
public sealed class AttentionResult permits LshResult {
  private final Tensor output;
  private final Tensor logSumExp;
  private final SoftmaxState state;

  AttentionResult(Tensor output, Tensor logSumExp, SoftmaxState state) {
    this.output = output;
    this.logSumExp = logSumExp;
    this.state = state;
  }

  static AttentionResult of(AttentionInput input, Tensor output, SoftmaxState state) {
    return new AttentionResult(output, Tensor.of(state.logSumExp(), rowShape(input)), state);
  }

  static int[] rowShape(AttentionInput input) {
    int[] shape = input.query().shape();
    return Arrays.copyOf(shape, shape.length - 1);
  }

  /// `[…, heads, n, dV]`
  public Tensor output() {
    return output;
  }

  /// `[…, heads, n]` natural logarithm of the sum of the exponentials of all logits a query saw, in
  /// all rounds; −∞ if it saw nothing.
  public Tensor logSumExp() {
    return logSumExp;
  }

  SoftmaxState state() {
    return state;
  }
}
