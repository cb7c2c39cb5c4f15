package dev.reformer4j.attention.reference;

import java.util.List;

/// One head of one sequence: one softmax for every query over all keys it meets, in all rounds
/// together.
///
/// `l_m = q_i · k̂_j − ln N` for meeting m of query i with key j, or −1e5 − ln N with itself, or −∞
/// if masked; `lse_i = ln Σ exp(l_m)`, `w_m = exp(l_m − lse_i)`, `o_i = Σ w_m v_j`. A query that
/// sees nothing has `o_i = 0` and `lse_i = −∞`.
final class HeadAttention {
  private static final double SELF_LOGIT = -1e5;

  private final Head head;
  private final KeyNorm norm;
  private final List<List<KeyInstance>> meetings;

  /// @param meetings for every query the keys it meets; a constant, also for the gradient
  HeadAttention(Head head, KeyNorm norm, List<List<KeyInstance>> meetings) {
    this.head = head;
    this.norm = norm;
    this.meetings = meetings;
  }

  List<List<KeyInstance>> meetings() {
    return meetings;
  }

  Head head() {
    return head;
  }

  /// `l_m` for every meeting of a query.
  double[] logits(int query) {
    List<KeyInstance> met = meetings.get(query);
    double[] logits = new double[met.size()];
    for (int m = 0; m < logits.length; m++) {
      KeyInstance instance = met.get(m);
      logits[m] =
          switch (instance.sight()) {
                case VISIBLE ->
                    KeyNorm.dot(head.query()[query], norm.of(head.key()[instance.position()]));
                case SELF -> SELF_LOGIT;
                case MASKED -> Double.NEGATIVE_INFINITY;
              }
              - Math.log(instance.count());
    }
    return logits;
  }

  /// `w_m` for every meeting of a query; all zero if it sees nothing.
  double[] weights(int query) {
    double[] weights = logits(query);
    double max = max(weights);
    double sum = 0;
    for (int m = 0; m < weights.length; m++) {
      weights[m] = weights[m] == Double.NEGATIVE_INFINITY ? 0 : Math.exp(weights[m] - max);
      sum += weights[m];
    }
    for (int m = 0; m < weights.length; m++) {
      weights[m] = sum == 0 ? 0 : weights[m] / sum;
    }
    return weights;
  }

  /// `lse_i`, natural logarithm.
  double logSumExp(int query) {
    double[] logits = logits(query);
    double max = max(logits);
    if (max == Double.NEGATIVE_INFINITY) {
      return max;
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - max);
    }
    return max + Math.log(sum);
  }

  /// `o_i`, `[dV]`.
  double[] output(int query) {
    double[] weights = weights(query);
    double[] output = new double[head.dV()];
    for (int m = 0; m < weights.length; m++) {
      addTo(output, weights[m], head.value()[meetings.get(query).get(m).position()]);
    }
    return output;
  }

  /// The gradients of `Σ_i g_i · o_i` with respect to queries, keys and values; the masks, the self
  /// logit and the buckets are constants.
  ///
  /// `∂/∂w_m = g_i · v_j`, `∂/∂l_m = w_m (∂/∂w_m − Σ_m' w_m' ∂/∂w_m')`, and where the logit is `q_i
  /// · k̂_j`: `∂/∂q_i += ∂/∂l_m k̂_j`, `∂/∂k̂_j += ∂/∂l_m q_i`.
  HeadGradients gradients(double[][] g) {
    int n = head.n();
    int dQk = head.query()[0].length;
    HeadGradients gradients =
        new HeadGradients(new double[n][dQk], new double[n][dQk], new double[n][head.dV()]);
    double[][] unitKey = new double[n][dQk]; // ∂/∂k̂
    for (int i = 0; i < n; i++) {
      List<KeyInstance> met = meetings.get(i);
      double[] w = weights(i);
      double expected = KeyNorm.dot(g[i], output(i)); // Σ w ∂/∂w = g · o
      for (int m = 0; m < w.length; m++) {
        int j = met.get(m).position();
        addTo(gradients.value()[j], w[m], g[i]);
        if (met.get(m).sight() == KeyInstance.Sight.VISIBLE) {
          double logit = w[m] * (KeyNorm.dot(g[i], head.value()[j]) - expected);
          addTo(gradients.query()[i], logit, norm.of(head.key()[j]));
          addTo(unitKey[j], logit, head.query()[i]);
        }
      }
    }
    for (int j = 0; j < n; j++) {
      addTo(gradients.key()[j], 1, norm.gradient(head.key()[j], unitKey[j]));
    }
    return gradients;
  }

  /// @param query `[n][dQk]`, in the role of queries alone
  /// @param key `[n][dQk]`, in the role of keys alone
  /// @param value `[n][dV]`
  record HeadGradients(double[][] query, double[][] key, double[][] value) {}

  private static void addTo(double[] sum, double factor, double[] x) {
    for (int c = 0; c < sum.length; c++) {
      sum[c] += factor * x[c];
    }
  }

  private static double max(double[] values) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }
}
