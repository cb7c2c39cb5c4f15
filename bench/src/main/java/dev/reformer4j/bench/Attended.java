package dev.reformer4j.bench;

import dev.reformer4j.attention.AttentionInput;

/// What one query sees and gives, in double precision and straight from the definition.
///
/// @param keys the tokens it looks at, as often as it meets them
/// @param weights of these, after the softmax
/// @param output `[dV]`
/// @param logSumExp natural logarithm
record Attended(int[] keys, double[] weights, double[] output, double logSumExp) {
  private static final double SELF = -1e5;
  private static final double EPSILON = 1e-6;

  /// How keys become logits.
  enum Rule {
    /// Unit keys, and itself only if alone.
    SHARED,
    /// `q · k / √dQk`, and itself like any other.
    SEPARATE
  }

  /// Attends from one query to the keys given, of which those after it are hidden if causal.
  static Attended of(
      AttentionInput input, int head, int query, int[] candidates, boolean causal, Rule rule) {
    int[] keys = java.util.Arrays.stream(candidates).filter(j -> !causal || j <= query).toArray();
    double[] weights = new double[keys.length];
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < keys.length; k++) {
      weights[k] = logit(input, head, query, keys[k], rule);
      most = Math.max(most, weights[k]);
    }
    double sum = 0;
    for (int k = 0; k < keys.length; k++) {
      weights[k] = Math.exp(weights[k] - most);
      sum += weights[k];
    }
    double[] output = new double[input.dV()];
    for (int k = 0; k < keys.length; k++) {
      weights[k] /= sum;
      int row = (head * input.n() + keys[k]) * input.dV();
      for (int c = 0; c < output.length; c++) {
        output[c] += weights[k] * input.value().data()[row + c];
      }
    }
    return new Attended(keys, weights, output, most + Math.log(sum));
  }

  private static double logit(AttentionInput input, int head, int query, int key, Rule rule) {
    if (rule == Rule.SHARED && query == key) {
      return SELF;
    }
    int d = input.dQk();
    int q = (head * input.n() + query) * d;
    int k = (head * input.n() + key) * d;
    double dot = 0;
    for (int c = 0; c < d; c++) {
      dot += (double) input.query().data()[q + c] * input.key().data()[k + c];
    }
    return dot * (rule == Rule.SHARED ? unitScale(input, head, key) : 1 / Math.sqrt(d));
  }

  /// The factor that gives a key unit length.
  static double unitScale(AttentionInput input, int head, int key) {
    return 1 / Math.sqrt(squares(input, head, key) + EPSILON * input.dQk());
  }

  private static double squares(AttentionInput input, int head, int key) {
    int k = (head * input.n() + key) * input.dQk();
    double squares = 0;
    for (int c = 0; c < input.dQk(); c++) {
      squares += (double) input.key().data()[k + c] * input.key().data()[k + c];
    }
    return squares;
  }
}
