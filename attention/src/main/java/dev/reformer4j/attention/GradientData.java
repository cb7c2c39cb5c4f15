package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;

/// What backward reads beside the input, and what it fills.
///
/// Everything is divided by the sum of the weights once, here: with dO′ = dO / sum, the weights can
/// stay the bare exponentials of the forward pass.
final class GradientData {
  final float[] outputGradient;
  final float[] queryGradient;
  final float[] keyGradient;
  final float[] valueGradient;

  /// `[batch, heads, n]` the maximum logit of every query, in log₂ units.
  final float[] max;

  /// `[batch, heads, n]` 1 / sum of the weights; 0 for a query that sees nothing.
  final float[] gain;

  /// `[batch, heads, n]` `dO′ · O`, the mean of the weight gradients, divided by the sum.
  final float[] mean;

  private final AttentionInput input;

  private GradientData(AttentionData data, SoftmaxState state, Tensor outputGradient) {
    this.input = data.input;
    this.outputGradient = outputGradient.data();
    this.queryGradient = new float[data.query.length];
    this.keyGradient = input.isShared() ? queryGradient : new float[data.key.length];
    this.valueGradient = new float[data.value.length];
    this.max = state.max();
    this.gain = new float[max.length];
    this.mean = new float[max.length];
  }

  static GradientData of(
      AttentionData data, AttentionResult result, Tensor outputGradient, Workers workers) {
    check(data.input, result, outputGradient);
    GradientData made = new GradientData(data, result.state(), outputGradient);
    Kernels kernels = Kernels.best();
    float[] output = result.output().data();
    float[] sum = result.state().sum();
    int d = data.dV;
    workers.run(
        data.rows,
        () ->
            row -> {
              for (int i = row * data.n; i < (row + 1) * data.n; i++) {
                made.gain[i] = sum[i] == 0 ? 0 : 1 / sum[i];
                float dot = kernels.dot(made.outputGradient, i * d, output, i * d, d);
                if (!Float.isFinite(dot)) {
                  throw new NotFiniteException(
                      "output gradient of "
                          + Checks.place(outputGradient, row, i % data.n)
                          + " gives "
                          + dot
                          + " times the output; every number must be finite");
                }
                made.mean[i] = made.gain[i] * dot;
              }
            });
    return made;
  }

  private static void check(AttentionInput input, AttentionResult result, Tensor outputGradient) {
    if (!Arrays.equals(outputGradient.shape(), input.value().shape())) {
      throw new IllegalArgumentException(
          "output gradient "
              + outputGradient
              + " does not have the shape of the output "
              + input.value()
              + "; give one number for every number of the output");
    }
    if (!Arrays.equals(result.output().shape(), input.value().shape())) {
      throw new IllegalArgumentException(
          "result "
              + result.output()
              + " is not the result of this input, whose values are "
              + input.value()
              + "; run forward on it first");
    }
  }

  Gradients result() {
    Tensor query = Tensor.of(queryGradient, input.query().shape());
    Tensor key = input.isShared() ? query : Tensor.of(keyGradient, input.key().shape());
    return new Gradients(query, key, Tensor.of(valueGradient, input.value().shape()));
  }
}
