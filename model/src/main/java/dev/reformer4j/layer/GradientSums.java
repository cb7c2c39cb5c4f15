package dev.reformer4j.layer;

import dev.reformer4j.kernel.PanelKernels;
import dev.reformer4j.kernel.WeightGradient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The gradients of parameters, summed over one span of tokens.
///
/// A backward pass cuts a sequence into a few spans whose number does not depend on the number of
/// threads, sums each by itself, in order of tokens, and adds the spans in order: so do the bits of
/// a gradient not depend on who computed what when.
public final class GradientSums {
  /// Numbers that one thread adds up at a time.
  private static final int SLICE = 1 << 14;

  private final SpareArrays spare;
  private final Map<Parameter, float[]> sums = new LinkedHashMap<>();
  private final Map<Parameter, WeightGradient> ofWeights = new HashMap<>();
  private final List<float[]> scratch = new ArrayList<>();

  /// @param spare where large arrays come from
  GradientSums(SpareArrays spare) {
    this.spare = spare;
  }

  /// The sum for one parameter, of its size; zeros at first.
  float[] of(Parameter parameter) {
    return sums.computeIfAbsent(
        parameter,
        p -> {
          float[] zeros = spare.take(p.size());
          Arrays.fill(zeros, 0);
          return zeros;
        });
  }

  /// The sum for the weights `[out, in]` of a dense layer, panel by panel. It is whole once all is
  /// finished.
  WeightGradient ofWeights(Parameter weight) {
    return ofWeights.computeIfAbsent(
        weight,
        w -> {
          PanelKernels kernels = PanelKernels.best();
          int out = w.dim(0);
          int in = w.dim(1);
          float[] room = spare.take(kernels.weightGradientScratch(out, in));
          scratch.add(room);
          return kernels.weightGradient(out, in, of(w), 0, room);
        });
  }

  /// Says that there are no more panels.
  void finish() {
    ofWeights.values().forEach(WeightGradient::finish);
    ofWeights.clear();
    scratch.forEach(spare::giveBack);
    scratch.clear();
  }

  /// Adds everything to the gradients of the parameters themselves, span by span.
  ///
  /// @param spans finished ones
  static void addToParameters(GradientSums[] spans, Pass pass) {
    Set<Parameter> parameters = new LinkedHashSet<>();
    for (GradientSums span : spans) {
      parameters.addAll(span.sums.keySet());
    }
    for (Parameter parameter : parameters) {
      float[] gradient = parameter.gradient().data();
      int slices = (gradient.length + SLICE - 1) / SLICE;
      pass.workers().run(slices, () -> slice -> addSlice(spans, parameter, slice, gradient));
    }
    for (GradientSums span : spans) {
      span.sums.values().forEach(pass.spare()::giveBack);
    }
  }

  private static void addSlice(
      GradientSums[] spans, Parameter parameter, int slice, float[] gradient) {
    int from = slice * SLICE;
    int length = Math.min(SLICE, gradient.length - from);
    for (GradientSums span : spans) {
      float[] sum = span.sums.get(parameter);
      if (sum != null) {
        PanelKernels.best().add(sum, from, gradient, from, length);
      }
    }
  }
}
