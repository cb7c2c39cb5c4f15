package dev.reformer4j.generate;

import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;

/// How the hidden states of a text's tokens become its embedding.
public enum Pooling {
  /// Their mean.
  MEAN,
  /// That of the first token.
  FIRST,
  /// All of them, one embedding for each token.
  TOKENS;

  /// Pools the hidden states of one text.
  ///
  /// @param hidden `[n, d]`, n at least 1
  /// @return `[d]`, of [#TOKENS] `[n, d]`
  public Tensor of(Tensor hidden) {
    int d = hidden.dim(1);
    return switch (this) {
      case MEAN -> mean(hidden, d);
      case FIRST -> Tensor.of(Arrays.copyOf(hidden.data(), d), d);
      case TOKENS -> hidden;
    };
  }

  private static Tensor mean(Tensor hidden, int d) {
    double[] sums = new double[d];
    for (int i = 0; i < hidden.size(); i++) {
      sums[i % d] += hidden.data()[i];
    }
    Tensor mean = Tensor.zeros(d);
    for (int i = 0; i < d; i++) {
      mean.data()[i] = (float) (sums[i] / hidden.dim(0));
    }
    return mean;
  }
}
