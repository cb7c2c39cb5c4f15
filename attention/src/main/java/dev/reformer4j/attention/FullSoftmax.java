package dev.reformer4j.attention;

import java.util.Arrays;

/// The softmax that LSH attention approximates, for one query over all keys, in double precision:
/// logits query · k̂ with keys of unit length, padding and (if causal) later keys masked; in shared
/// attention the token itself has the logit −1e5. Literal: O(n · dQk) a query.
final class FullSoftmax {
  /// The logit of a token with itself in shared attention: low enough that any other key drowns it,
  /// finite so that a token that is alone still attends to something (Hugging Face's value).
  static final double SELF_LOGIT = -1e5;

  private final AttentionInput input;
  private final boolean causal;

  FullSoftmax(AttentionInput input, boolean causal) {
    this.input = input;
    this.causal = causal;
  }

  /// `query · k̂` with k̂ = k / √(mean(k²) + 1e-6) / √dQk, before any mask.
  double logit(int sequence, int head, int query, int key) {
    int d = input.dQk();
    float[] queries = input.query().data();
    float[] keys = input.key().data();
    int queryRow = ((sequence * input.heads() + head) * input.n() + query) * d;
    int keyRow = ((sequence * input.heads() + head) * input.n() + key) * d;
    double dot = 0;
    double square = 0;
    for (int e = 0; e < d; e++) {
      double k = keys[keyRow + e];
      dot += queries[queryRow + e] * k;
      square += k * k;
    }
    return dot / Math.sqrt(square / d + 1e-6) / Math.sqrt(d);
  }

  /// The logit with which full attention weighs a key: −∞ if it is masked.
  double maskedLogit(int sequence, int head, int query, int key) {
    if (input.isShared() && key == query) {
      return SELF_LOGIT;
    }
    boolean masked = !input.isToken(sequence, key) || (causal && key > query);
    return masked ? Double.NEGATIVE_INFINITY : logit(sequence, head, query, key);
  }

  /// Every key's weight.
  ///
  /// @return `[n]`, summing to 1; all 0 where the masks leave nothing to attend to
  double[] weights(int sequence, int head, int query) {
    double[] weights = new double[input.n()];
    for (int key = 0; key < weights.length; key++) {
      weights[key] = maskedLogit(sequence, head, query, key);
    }
    toSoftmax(weights);
    return weights;
  }

  /// Turns logits into weights in place.
  ///
  /// @return the natural log-sum-exp of the logits, −∞ if all of them are
  static double toSoftmax(double[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      max = Math.max(max, logit);
    }
    if (max == Double.NEGATIVE_INFINITY) {
      Arrays.fill(logits, 0);
      return max;
    }
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      logits[i] = Math.exp(logits[i] - max);
      sum += logits[i];
    }
    for (int i = 0; i < logits.length; i++) {
      logits[i] /= sum;
    }
    return max + Math.log(sum);
  }
}
