package dev.reformer4j.layer;

import dev.reformer4j.kernel.PanelKernels;
import java.util.LinkedHashMap;
import java.util.Map;

/// The gradients of parameters, summed over one span of tokens.
///
/// A backward pass cuts a sequence into a few spans whose number does not depend on the number of
/// threads, sums each by itself, in order of tokens, and adds the spans in order: so do the bits of
/// a gradient not depend on who computed what when.
public final class GradientSums {
  private final Map<Parameter, float[]> sums = new LinkedHashMap<>();

  GradientSums() {}

  /// The sum for one parameter, of its size; zeros at first.
  float[] of(Parameter parameter) {
    return sums.computeIfAbsent(parameter, p -> new float[p.size()]);
  }

  /// Adds everything to the gradients of the parameters themselves.
  void addToParameters() {
    sums.forEach((parameter, sum) -> {
      float[] gradient = parameter.gradient().data();
      PanelKernels.best().add(sum, 0, gradient, 0, sum.length);
    });
  }
}
