package dev.reformer4j.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.tensor.Tensor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019), as torch's
/// `AdamW` computes it: `m` and `v` are running means of the gradient and of its square, and `p −=
/// rate · (m̂ / (√v̂ + ε) + decay · p)`.
///
/// Weight decay applies to matrices alone: biases and the scales of layer norms have one axis.
public final class AdamW implements Optimizer {
  /// Numbers that one task changes.
  private static final int TASK = 1 << 16;

  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final double decay;
  private final SequencedMap<String, Tensor> first = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> second = new LinkedHashMap<>();

  /// @throws IllegalArgumentException if a number is out of its range
  public AdamW(double beta1, double beta2, double epsilon, double decay) {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0 && decay >= 0)) {
      throw new IllegalArgumentException(
          "betas "
              + beta1
              + " and "
              + beta2
              + ", epsilon "
              + epsilon
              + " and weight decay "
              + decay
              + " are no AdamW; betas must be in [0, 1), epsilon above 0 and the decay 0 or more");
    }
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.decay = decay;
  }

  @Override
  public void step(Collection<Parameter> parameters, double rate, long step, Workers workers) {
    List<Parameter> list = List.copyOf(parameters);
    for (Parameter parameter : list) {
      first.computeIfAbsent(parameter.name(), _ -> Tensor.zeros(parameter.shape()));
      second.computeIfAbsent(parameter.name(), _ -> Tensor.zeros(parameter.shape()));
    }
    float stepSize = (float) (rate / (1 - Math.pow(beta1, step)));
    float correction = (float) (1 / Math.sqrt(1 - Math.pow(beta2, step)));
    for (Parameter parameter : list) {
      float shrink = parameter.shape().length > 1 ? (float) (1 - rate * decay) : 1;
      int size = parameter.size();
      workers.run(
          (size + TASK - 1) / TASK,
          () ->
              task ->
                  update(
                      parameter,
                      task * TASK,
                      (int) Math.min(size, (task + 1L) * TASK),
                      shrink,
                      stepSize,
                      correction));
      parameter.changed();
    }
  }

  private void update(
      Parameter parameter, int from, int to, float shrink, float stepSize, float correction) {
    float[] p = parameter.value().data();
    float[] g = parameter.gradient().data();
    float[] m = first.get(parameter.name()).data();
    float[] v = second.get(parameter.name()).data();
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    float rest1 = (float) (1 - beta1);
    float rest2 = (float) (1 - beta2);
    float tiny = (float) epsilon;
    for (int i = from; i < to; i++) {
      m[i] = b1 * m[i] + rest1 * g[i];
      v[i] = b2 * v[i] + rest2 * g[i] * g[i];
      float root = (float) Math.sqrt(v[i]) * correction + tiny;
      p[i] = p[i] * shrink - stepSize * (m[i] / root);
    }
  }

  @Override
  public SequencedMap<String, Tensor> state() {
    SequencedMap<String, Tensor> state = new LinkedHashMap<>();
    first.forEach((name, tensor) -> state.put(name + ".m", tensor));
    second.forEach((name, tensor) -> state.put(name + ".v", tensor));
    return state;
  }

  @Override
  public void restore(Collection<Parameter> parameters, Map<String, Tensor> state) {
    for (Parameter parameter : parameters) {
      first.put(parameter.name(), Saved.take(state, parameter.name() + ".m", parameter.shape()));
      second.put(parameter.name(), Saved.take(state, parameter.name() + ".v", parameter.shape()));
    }
  }
}
