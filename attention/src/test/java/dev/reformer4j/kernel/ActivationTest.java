package dev.reformer4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every activation against its definition in double precision, and its slope against differences
/// of that.
class ActivationTest {
  private static final int COUNT = 8_001;

  @ParameterizedTest
  @EnumSource
  void everyActivationIsWhatItsDefinitionSays(Activation activation) {
    DoubleUnaryOperator exact = definition(activation);
    float[] x = inputs();
    float[] y = x.clone();
    activation.apply(y, 0, COUNT);
    for (int i = 0; i < COUNT; i++) {
      double size = Math.max(Math.abs(x[i]), Math.abs(y[i]));
      double allowed = 4 * Math.max(Math.ulp((float) size), 1e-9);
      if (activation == Activation.TANH || activation == Activation.SIGMOID) {
        allowed = 3 * Math.ulp((float) exact.applyAsDouble(x[i])) + 1e-37;
      }
      Twins.near(activation + " of " + x[i], i, exact.applyAsDouble(x[i]), y[i], allowed);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everySlopeIsThatOfTheDefinition(Activation activation) {
    DoubleUnaryOperator exact = definition(activation);
    float[] x = inputs();
    float[] dy = new float[COUNT];
    Arrays.fill(dy, 3);
    activation.gradient(x, dy, 0, COUNT);
    double step = 1e-5;
    for (int i = 0; i < COUNT; i++) {
      if (Math.abs(x[i]) < 2 * step || Math.abs(x[i] - 6) < 2 * step) {
        continue; // where relu and relu6 have none
      }
      double slope =
          (exact.applyAsDouble(x[i] + step) - exact.applyAsDouble(x[i] - step)) / (2 * step);
      Twins.near(activation + "' of " + x[i], i, 3 * slope, dy[i], 2e-5 * (1 + Math.abs(slope)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theBitsDoNotDependOnTheRun(Activation activation) {
    float[] x = inputs();
    float[] whole = x.clone();
    float[] slopes = x.clone();
    for (int call = 0; call < 20; call++) { // compiled in the end
      whole = x.clone();
      slopes = x.clone();
      activation.apply(whole, 0, COUNT);
      activation.gradient(x, slopes, 0, COUNT);
    }
    float[] alone = x.clone();
    float[] slopesAlone = x.clone();
    for (int i = 0; i < COUNT; i++) {
      activation.apply(alone, i, i + 1);
      activation.gradient(x, slopesAlone, i, i + 1);
    }
    assertThat(alone).isEqualTo(whole);
    assertThat(slopesAlone).isEqualTo(slopes);
  }

  @ParameterizedTest
  @EnumSource
  void onlyTheRangeIsTouched(Activation activation) {
    float[] x = {-1, -1, -1, -1};
    activation.apply(x, 1, 3);
    assertThat(x[0]).isEqualTo(-1);
    assertThat(x[3]).isEqualTo(-1);
    float[] dy = {-1, -1, -1, -1};
    activation.gradient(new float[] {9, 9, 9, 9}, dy, 1, 3);
    assertThat(dy[0]).isEqualTo(-1);
    assertThat(dy[3]).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void hugeNumbersAreFineAndNaNStays(Activation activation) {
    float[] x = {1e30f, -1e30f, Float.NaN, 100, -100};
    float[] dy = {1, 1, 1, 1, 1};
    activation.gradient(x, dy, 0, 5);
    float[] y = x.clone();
    if (activation != Activation.RELU2) { // whose square overflows
      activation.apply(y, 0, 5);
      assertThat(y[0]).isFinite();
      assertThat(y[1]).isFinite();
      assertThat(y[2]).isNaN();
      assertThat(dy[0]).isFinite();
      assertThat(dy[1]).isFinite();
      assertThat(dy[3]).isFinite();
      assertThat(dy[4]).isFinite();
    }
  }

  @Test
  void everyNameMeansOneActivation() {
    for (Activation activation : Activation.values()) {
      for (String name : activation.names()) {
        assertThat(Activation.named(name)).isEqualTo(activation);
      }
    }
    assertThatThrownBy(() -> Activation.named("prelu"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "there is no activation \"prelu\" here; use one of linear, relu, relu2,");
  }

  /// From −20 to 20, and near 0.
  private static float[] inputs() {
    float[] x = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      x[i] = (i - COUNT / 2) * (i % 3 == 0 ? 5e-3f : i % 3 == 1 ? 1e-5f : 1e-3f);
    }
    return x;
  }

  private static DoubleUnaryOperator definition(Activation activation) {
    return switch (activation) {
      case LINEAR -> x -> x;
      case RELU -> x -> Math.max(x, 0);
      case RELU2 -> x -> Math.max(x, 0) * Math.max(x, 0);
      case RELU6 -> x -> Math.min(Math.max(x, 0), 6);
      case LEAKY_RELU -> x -> x > 0 ? x : 0.01 * x;
      case GELU -> x -> x * normal(x);
      case GELU_TANH ->
          x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case QUICK_GELU -> x -> x / (1 + Math.exp(-1.702 * x));
      case SILU -> x -> x / (1 + Math.exp(-x));
      case MISH -> x -> x * Math.tanh(Math.log1p(Math.exp(x)));
      case TANH -> Math::tanh;
      case SIGMOID -> x -> 1 / (1 + Math.exp(-x));
    };
  }

  /// `Φ(x)` by its series where that converges well, else by the continued fraction of its tail.
  private static double normal(double x) {
    double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    if (Math.abs(x) < 3) {
      double term = x;
      double sum = x;
      for (int k = 1; k < 100; k++) {
        term *= x * x / (2 * k + 1);
        sum += term;
      }
      return 0.5 + density * sum;
    }
    double fraction = Math.abs(x);
    for (int k = 100; k > 0; k--) {
      fraction = Math.abs(x) + k / fraction;
    }
    return x < 0 ? density / fraction : 1 - density / fraction;
  }
}
