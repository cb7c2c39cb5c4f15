package dev.reformer4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a row layer's scratch must not do.
class RowLayerTest {
  private static final int[] COLUMNS = {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64};

  static Stream<Named<RowSubject>> layers() {
    return Catalogue.rowLayers();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void whatStandsBesideTheTokensIsNotRead(RowSubject subject) {
    RowLayer layer = subject.row();
    for (int columns : COLUMNS) {
      Panels clean = Panels.run(subject, layer.work(), columns, 0);
      Panels dirty = Panels.run(subject, layer.work(), columns, Float.NaN);
      clean.sameBits(dirty);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void scratchForgetsTheBlockBefore(RowSubject subject) {
    RowLayer.Work used = subject.row().work();
    for (int columns : COLUMNS) {
      Panels.run(subject, used, Kernels.PANEL, Float.POSITIVE_INFINITY);
      Panels.run(subject, used, 1, Float.NaN);
      Panels again = Panels.run(subject, used, columns, 0);
      Panels.run(subject, subject.row().work(), columns, 0).sameBits(again);
    }
  }

  /// What comes of one panel, and the gradients of the parameters.
  private record Panels(int columns, Tensor result, Tensor gradient, Tensor parameters) {
    /// @param beside stands in the columns that are not in use
    static Panels run(RowSubject subject, RowLayer.Work work, int columns, float beside) {
      RowLayer layer = subject.row();
      float[] x = panel(new Random(1), layer.in(), columns, beside);
      float[] dy = panel(new Random(2), layer.out(), columns, beside);
      Passes.clearGradients(subject);
      GradientSums sums = new GradientSums(new SpareArrays());
      work.begin(Draws.of(5, 6, 7), 64);
      Tensor result = used(work.forward(x, columns), layer.out(), columns);
      Tensor gradient = used(work.backward(x, dy, columns, sums), layer.in(), columns);
      sums.finish();
      GradientSums.addToParameters(new GradientSums[] {sums}, Passes.INFERENCE);
      int size = subject.parameters().values().stream().mapToInt(Parameter::size).sum();
      Tensor parameters = Tensor.zeros(1, size);
      int at = 0;
      for (Parameter parameter : subject.parameters().values()) {
        System.arraycopy(parameter.gradient().data(), 0, parameters.data(), at, parameter.size());
        at += parameter.size();
      }
      return new Panels(columns, result, gradient, parameters);
    }

    private static float[] panel(Random random, int rows, int columns, float beside) {
      float[] panel = new float[Kernels.panelSize(rows)];
      Arrays.fill(panel, beside);
      for (int k = 0; k < rows; k++) {
        for (int i = 0; i < columns; i++) {
          panel[k * Kernels.PANEL + i] = (float) random.nextGaussian();
        }
      }
      return panel;
    }

    private static Tensor used(float[] panel, int rows, int columns) {
      Tensor used = Tensor.zeros(rows, columns);
      for (int k = 0; k < rows; k++) {
        System.arraycopy(panel, k * Kernels.PANEL, used.data(), k * columns, columns);
      }
      return used;
    }

    void sameBits(Panels other) {
      Passes.sameBits("result of " + columns, result, other.result);
      Passes.sameBits("gradient of " + columns, gradient, other.gradient);
      Passes.sameBits("parameters' gradients, " + columns, parameters, other.parameters);
    }
  }

  @Test
  void aChainOfLayersThatDoNotFitIsRefused() {
    assertThatThrownBy(Chain::new)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a chain of no layers; give at least one");
    assertThatThrownBy(() -> new Chain(new Dropout("a", 5, 0), new Dropout("b", 6, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("layer 1 of a chain takes 6 numbers per token, but the one before it gives 5");
  }

  @Test
  void anUnknownActivationIsRefusedByName() {
    assertThatThrownBy(() -> ActivationLayer.named("rectify", 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rectify")
        .hasMessageContaining("relu");
  }

  @Test
  void widthsAreThoseOfTheParameters() {
    Chain chain = new Chain(Catalogue.dense(5, 7).row(), Catalogue.dense(7, 130).row());
    assertThat(chain.in()).isEqualTo(5);
    assertThat(chain.out()).isEqualTo(130);
  }
}
