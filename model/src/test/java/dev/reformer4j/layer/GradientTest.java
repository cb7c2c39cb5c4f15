package dev.reformer4j.layer;

import dev.reformer4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every layer is its definition, and its gradients are those of its definition: central
/// differences in double precision, so that nothing but float32 rounding is left between the two.
class GradientTest {
  /// Of the largest number of a tensor; sums have at most a few hundred terms.
  private static final double ROUNDING = 2e-5;

  private static final double STEP = 1e-5;

  /// Numbers of one tensor that are tried.
  private static final int TRIED = 16;

  /// Every layer on one token and on more than a block, in inference, in training, with padding.
  static Stream<Arguments> cases() {
    return Catalogue.all()
        .flatMap(subject ->
            Stream.of(1, 70)
                .flatMap(n ->
                    Stream.of(
                            Named.of("inference", Passes.INFERENCE),
                            Named.of("training", Passes.TRAINING),
                            Named.of(
                                "training with padding", Passes.TRAINING.withMask(Passes.mask(n))))
                        .map(pass -> Arguments.of(subject, n, pass))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aLayerIsItsDefinition(Subject subject, int n, Pass pass) {
    List<Tensor> inputs = Passes.inputs(subject, n, 5);
    double[][] expected =
        subject
            .definition(inputs, n, pass)
            .forward(inputs.stream().map(Subject::rows).toList(), numbers(subject)::get);

    Tensor actual = subject.forward(inputs, n, pass);

    double largest =
        Math.max(1, largest(Arrays.stream(expected).flatMapToDouble(Arrays::stream).toArray()));
    for (int i = 0; i < actual.size(); i++) {
      int row = i / subject.outputWidth();
      int k = i % subject.outputWidth();
      Passes.near(
          "number " + k + " of token " + row,
          expected[row][k],
          actual.data()[i],
          ROUNDING * largest);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfTheDefinition(Subject subject, int n, Pass pass) {
    List<Tensor> inputs = Passes.inputs(subject, n, 6);
    Tensor dy = Passes.outputGradient(subject, n);
    Passes.clearGradients(subject);
    List<Tensor> inputGradients = subject.backward(inputs, n, dy, pass);

    List<double[][]> rows = inputs.stream().map(Subject::rows).toList();
    Map<String, double[]> numbers = numbers(subject);
    Subject.Definition definition = subject.definition(inputs, n, pass);
    Loss loss = () -> loss(definition.forward(rows, numbers::get), dy);
    for (int i = 0; i < rows.size(); i++) {
      double[][] input = rows.get(i);
      int width = input[0].length;
      check(
          "input " + i,
          inputGradients.get(i),
          loss,
          (at, change) -> input[at / width][at % width] += change);
    }
    for (Parameter parameter : subject.parameters().values()) {
      double[] values = numbers.get(parameter.name());
      check(parameter.name(), parameter.gradient(), loss, (at, change) -> values[at] += change);
    }
  }

  private interface Loss {
    double now();
  }

  private interface Nudge {
    void by(int at, double change);
  }

  /// Compares some numbers of a gradient with central differences.
  private static void check(String what, Tensor gradient, Loss loss, Nudge nudge) {
    List<Integer> all = new ArrayList<>(IntStream.range(0, gradient.size()).boxed().toList());
    java.util.Collections.shuffle(all, new Random(gradient.size()));
    int[] tried = all.stream().limit(TRIED).mapToInt(Integer::intValue).toArray();
    double[] expected = new double[tried.length];
    for (int i = 0; i < tried.length; i++) {
      nudge.by(tried[i], STEP);
      double more = loss.now();
      nudge.by(tried[i], -2 * STEP);
      double less = loss.now();
      nudge.by(tried[i], STEP);
      expected[i] = (more - less) / (2 * STEP);
    }
    double largest = Math.max(1, largest(expected));
    for (int i = 0; i < tried.length; i++) {
      Passes.near(
          "gradient of " + what + ", number " + tried[i],
          expected[i],
          gradient.data()[tried[i]],
          ROUNDING * largest);
    }
  }

  /// `Σ dy · y`
  private static double loss(double[][] y, Tensor dy) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      for (int k = 0; k < y[i].length; k++) {
        sum += y[i][k] * dy.data()[i * y[i].length + k];
      }
    }
    return sum;
  }

  private static Map<String, double[]> numbers(Subject subject) {
    Map<String, double[]> numbers = new HashMap<>();
    subject
        .parameters()
        .forEach((name, parameter) -> {
          float[] data = parameter.value().data();
          numbers.put(name, IntStream.range(0, data.length).mapToDouble(i -> data[i]).toArray());
        });
    return numbers;
  }

  private static double largest(double[] numbers) {
    return Arrays.stream(numbers).map(Math::abs).max().orElse(0);
  }
}
