package dev.reformer4j.bench;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.bench.Attended.Rule;
import dev.reformer4j.bench.Windows.Window;
import dev.reformer4j.tensor.Tensor;

/// The gradients of one head in double precision, pair by pair.
///
/// @param query `[n, dQk]` of the query's role
/// @param key `[n, dQk]` of the key's role
/// @param value `[n, dV]`
record LiteralGradients(double[] query, double[] key, double[] value) {

  static LiteralGradients of(
      AttentionInput input, Tensor outputGradient, Window window, boolean causal, Rule rule) {
    int d = input.dQk();
    LiteralGradients sums =
        new LiteralGradients(
            new double[input.n() * d],
            new double[input.n() * d],
            new double[input.n() * input.dV()]);
    for (int query = 0; query < input.n(); query++) {
      Attended seen = Attended.of(input, 0, query, window.of(query), causal, rule);
      sums.addQuery(input, outputGradient.data(), query, seen, rule);
    }
    if (rule == Rule.SHARED) {
      sums.throughUnitLength(input);
    }
    return sums;
  }

  private void addQuery(
      AttentionInput input, float[] gradient, int query, Attended seen, Rule rule) {
    int d = input.dQk();
    int dV = input.dV();
    double mean = 0;
    for (int c = 0; c < dV; c++) {
      mean += gradient[query * dV + c] * seen.output()[c];
    }
    for (int k = 0; k < seen.keys().length; k++) {
      int j = seen.keys()[k];
      double p = seen.weights()[k];
      double dp = 0;
      for (int c = 0; c < dV; c++) {
        dp += (double) gradient[query * dV + c] * input.value().data()[j * dV + c];
        value[j * dV + c] += p * gradient[query * dV + c];
      }
      boolean constant = rule == Rule.SHARED && j == query;
      double ds = constant ? 0 : p * (dp - mean);
      double scale =
          rule == Rule.SHARED ? Attended.unitScale(input, 0, j) : 1 / Math.sqrt((double) d);
      double keyScale = rule == Rule.SHARED ? 1 : scale;
      for (int c = 0; c < d; c++) {
        this.query[query * d + c] += ds * scale * input.key().data()[j * d + c];
        this.key[j * d + c] += ds * keyScale * input.query().data()[query * d + c];
      }
    }
  }

  /// From the gradient of the unit key `x · s` to that of x, where `s = 1 / √(x·x + ε·d)`.
  private void throughUnitLength(AttentionInput input) {
    int d = input.dQk();
    for (int j = 0; j < input.n(); j++) {
      double s = Attended.unitScale(input, 0, j);
      double dot = 0;
      for (int c = 0; c < d; c++) {
        dot += key[j * d + c] * input.key().data()[j * d + c];
      }
      for (int c = 0; c < d; c++) {
        key[j * d + c] = s * key[j * d + c] - s * s * s * dot * input.key().data()[j * d + c];
      }
    }
  }
}
