package dev.reformer4j.cli.read;

/// Logits as probabilities, in double precision.
final class Probabilities {
  private Probabilities() {}

  /// `p[i] = exp(logits[i]) / Σ exp(logits[j])`
  static double[] softmax(float... logits) {
    double most = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double[] shares = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      shares[i] = Math.exp(logits[i] - most);
      sum += shares[i];
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }
}
