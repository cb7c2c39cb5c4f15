package dev.reformer4j.spark;

import dev.reformer4j.layer.Parameter;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.tensor.Tensor;
import java.io.Serializable;

/// A model as it is before one step.
final class Weights implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String config;
  private final String run;
  private final long step;
  private final float[][] numbers;

  private Weights(String config, String run, long step, float[][] numbers) {
    this.config = config;
    this.run = run;
    this.step = step;
    this.numbers = numbers;
  }

  /// @param run tells trainings apart
  static Weights of(Reformer model, String run, long step) {
    float[][] numbers =
        model.parameters().values().stream()
            .map(parameter -> parameter.value().data())
            .toArray(float[][]::new);
    return new Weights(model.config().toJson(), run, step, numbers);
  }

  String run() {
    return run;
  }

  long step() {
    return step;
  }

  /// A model without numbers.
  Reformer declare() {
    return Reformer.declare(ReformerConfig.parse(config));
  }

  /// Gives a model these numbers, not copies of them.
  void fill(Reformer model) {
    int i = 0;
    for (Parameter parameter : model.parameters().values()) {
      parameter.fill(Tensor.of(numbers[i++], parameter.shape()));
    }
  }
}
