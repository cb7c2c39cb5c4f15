package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.tensor.Tensor;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Attention is linear in its values, and its gradients are linear in the gradient of the output;
/// and the slope of the float32 code itself is what backward says.
class LinearityTest {
  static Stream<LawCase> cases() {
    return Stream.concat(LawCase.small(80), LawCase.large(24));
  }

  static Stream<LawCase> smooth() {
    // Not where vectors next to zero, or in one dimension, turn by half a circle in one step.
    return LawCase.large(60).filter(law -> law.input().dQk() > 3 && law.seed() % 4 != 3);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theOutputIsLinearInTheValues(LawCase law) {
    Tensor first = law.input().value();
    Tensor second = LawCase.normal(law.random(), first.shape());
    Tensor a = law.forward().output();
    Tensor b = law.with(LawCase.withValue(law.input(), second)).forward().output();

    Tensor sum =
        law.with(LawCase.withValue(law.input(), combine(first, 2, second, -0.5f)))
            .forward()
            .output();

    Same.numbers("output", combine(a, 2, b, -0.5f), sum);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theWeightsOfAnyRowAddUpToOneOrNothing(LawCase law) {
    Tensor ones = Tensor.zeros(law.input().value().shape());
    java.util.Arrays.fill(ones.data(), 1);
    AttentionResult result = law.with(LawCase.withValue(law.input(), ones)).forward();
    float[] output = result.output().data();
    float[] logSumExp = result.logSumExp().data();
    for (int i = 0; i < output.length; i++) {
      boolean sees = logSumExp[i / law.input().dV()] > Float.NEGATIVE_INFINITY;
      Same.number("output", i, sees ? 1 : 0, output[i], 0.2);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theGradientsAreLinearInTheGradientOfTheOutput(LawCase law) {
    AttentionResult result = law.forward();
    Tensor first = law.outputGradient();
    Tensor second = LawCase.normal(law.random(), first.shape());
    Gradients a = law.backward(result, first, Workers.inline());
    Gradients b = law.backward(result, second, Workers.inline());

    Gradients sum = law.backward(result, combine(first, 2, second, -0.5f), Workers.inline());

    near("query gradient", combine(a.query(), 2, b.query(), -0.5f), sum.query());
    near("key gradient", combine(a.key(), 2, b.key(), -0.5f), sum.key());
    near("value gradient", combine(a.value(), 2, b.value(), -0.5f), sum.value());
  }

  /// `Σ dO · O = Σ dV · V`: both are `Σ dOᵢ pᵢⱼ vⱼ`.
  @ParameterizedTest
  @MethodSource("cases")
  void outputAndValueGradientAreAdjoint(LawCase law) {
    double forward = dot(law.outputGradient(), law.forward().output());
    double backward = dot(law.backward().value(), law.input().value());
    double size = Math.sqrt(dot(law.outputGradient(), law.outputGradient()));

    Same.number("adjoint", 0, forward, backward, size);
  }

  @ParameterizedTest
  @MethodSource("smooth")
  void theGradientsEqualCentralDifferencesOfTheFloatCode(LawCase law) {
    AttentionResult result = law.forward();
    Gradients gradients = law.backward(result, law.outputGradient(), Workers.inline());
    AttentionInput input = law.input();
    check(law, "query", input.query(), gradients.query(), x -> LawCase.withQuery(input, x));
    check(law, "value", input.value(), gradients.value(), x -> LawCase.withValue(input, x));
    if (!input.isShared()) {
      check(
          law,
          "key",
          input.key(),
          gradients.key(),
          x -> {
            AttentionInput moved = AttentionInput.separate(input.query(), x, input.value());
            return input.mask().map(moved::withMask).orElse(moved);
          });
    }
  }

  /// The slope in a random direction of ±1 in every number; of about the length of the gradient, as
  /// every such slope is.
  private static void check(LawCase law, String what, Tensor x, Tensor gradient, Moved moved) {
    Random random = law.random();
    Tensor direction = Tensor.zeros(x.shape());
    for (int i = 0; i < direction.size(); i++) {
      direction.data()[i] = random.nextBoolean() ? 1 : -1;
    }
    double length = Math.sqrt(dot(gradient, gradient));
    float step = 2e-3f;
    AttentionResult above = law.with(moved.by(combine(x, 1, direction, step))).forward();
    AttentionResult below = law.with(moved.by(combine(x, 1, direction, -step))).forward();
    // Where a step moves a token into another bucket there is no slope.
    for (; !sameBuckets(above, below); step /= 2) {
      assertThat(step).as("a step that keeps the buckets").isGreaterThan(1e-6f);
      above = law.with(moved.by(combine(x, 1, direction, step / 2))).forward();
      below = law.with(moved.by(combine(x, 1, direction, -step / 2))).forward();
    }
    double slope =
        (dot(law.outputGradient(), above.output()) - dot(law.outputGradient(), below.output()))
            / (2.0 * step);
    double noise = 1e-7 * Math.sqrt(law.outputGradient().size()) / step;
    assertThat(Math.abs(slope - dot(gradient, direction)))
        .as("%s: slope %s, not %s", what, slope, dot(gradient, direction))
        .isLessThanOrEqualTo(0.01 * length + noise);
  }

  private interface Moved {
    AttentionInput by(Tensor tensor);
  }

  private static boolean sameBuckets(AttentionResult a, AttentionResult b) {
    return !(a instanceof LshResult x && b instanceof LshResult y) || x.hashes().equals(y.hashes());
  }

  private static void near(String what, Tensor expected, Tensor actual) {
    double largest = 1;
    for (float number : expected.data()) {
      largest = Math.max(largest, Math.abs(number));
    }
    for (int i = 0; i < expected.size(); i++) {
      Same.number(what, i, expected.data()[i], actual.data()[i], largest);
    }
  }

  private static Tensor combine(Tensor a, float alpha, Tensor b, float beta) {
    Tensor sum = Tensor.zeros(a.shape());
    for (int i = 0; i < a.size(); i++) {
      sum.data()[i] = alpha * a.data()[i] + beta * b.data()[i];
    }
    return sum;
  }

  private static double dot(Tensor a, Tensor b) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      sum += (double) a.data()[i] * b.data()[i];
    }
    return sum;
  }
}
