package dev.reformer4j.spark;

import dev.reformer4j.model.Reformer;
import dev.reformer4j.train.Batch;
import java.io.Serializable;
import java.util.OptionalDouble;

/// The gradients of some sequences, as plain arrays, which travel as they are.
final class GradientSum implements Serializable {
  private static final long serialVersionUID = 1L;

  private final float[][] gradients;
  private final double loss;
  private final long right;

  /// Of reversal; NaN if nobody says.
  private final double drift;

  private GradientSum(float[][] gradients, Batch.Sums sums) {
    this.gradients = gradients;
    this.loss = sums.loss();
    this.right = sums.right();
    this.drift = sums.drift().orElse(Double.NaN);
  }

  /// A copy of what a model has gathered.
  static GradientSum of(Reformer model, Batch.Sums sums) {
    return new GradientSum(
        model.parameters().values().stream()
            .map(parameter -> parameter.gradient().data().clone())
            .toArray(float[][]::new),
        sums);
  }

  /// Both; this one's arrays are used for it.
  GradientSum plus(GradientSum other) {
    for (int p = 0; p < gradients.length; p++) {
      float[] own = gradients[p];
      float[] more = other.gradients[p];
      for (int i = 0; i < own.length; i++) {
        own[i] += more[i];
      }
    }
    return new GradientSum(gradients, sums().plus(other.sums()));
  }

  Batch.Sums sums() {
    return new Batch.Sums(
        loss, right, Double.isNaN(drift) ? OptionalDouble.empty() : OptionalDouble.of(drift));
  }

  float[] gradient(int parameter) {
    return gradients[parameter];
  }
}
