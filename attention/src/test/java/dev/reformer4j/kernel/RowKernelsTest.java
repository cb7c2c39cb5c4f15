package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Twins.EPSILON;
import static dev.reformer4j.kernel.Twins.FAST;
import static dev.reformer4j.kernel.Twins.PANEL;
import static dev.reformer4j.kernel.Twins.TWIN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Kernels that move and measure rows, against their twins.
class RowKernelsTest {
  private static final int MARGIN = 29;

  static IntStream rows() {
    return Arrays.stream(Twins.rowCounts());
  }

  static IntStream widths() {
    return Arrays.stream(Twins.sizes());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void transposingEqualsItsTwin(int rows) {
    for (int d : Twins.sizes()) {
      Random random = new Random(rows * 101L + d);
      float[] source = Twins.random(random, 3 + rows * d);
      int[] offsets = Twins.shuffledRows(random, rows, d, 3);
      float[] before = Twins.random(random, Kernels.panelSize(d));
      float[] expected = before.clone();
      float[] actual = before.clone();
      TWIN.transpose(source, offsets, rows, d, expected);
      FAST.transpose(source, offsets, rows, d, actual);
      String what = "transpose [%d, %d]".formatted(rows, d);
      Twins.equal(what, Arrays.copyOf(expected, d * PANEL), Arrays.copyOf(actual, d * PANEL));
      // Behind the last row is scratch.
      Twins.untouched(what, before, actual, at -> at >= d * PANEL || at % PANEL < rows);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void copyingRowsEqualsItsTwin(int rows) {
    for (int d : Twins.sizes()) {
      for (int stride : new int[] {d, d + 1, d + 17}) {
        Random random = new Random(rows * 101L + d);
        float[] source = Twins.random(random, 3 + rows * d);
        int[] offsets = Twins.shuffledRows(random, rows, d, 3);
        float[] before = Twins.random(random, rows * stride + MARGIN);
        float[] expected = before.clone();
        float[] actual = before.clone();
        assertThat(TWIN.copyRows(source, offsets, rows, d, expected, stride)).isTrue();
        assertThat(FAST.copyRows(source, offsets, rows, d, actual, stride)).isTrue();
        assertThat(actual).isEqualTo(expected);
        Twins.untouched(
            "copyRows [%d, %d] by %d".formatted(rows, d, stride),
            before,
            actual,
            at -> at < rows * stride && at % stride < d);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("widths")
  void copyingNoticesEveryNumberThatIsNotFinite(int d) {
    int rows = 3;
    int[] offsets = {0, d, 2 * d};
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int at = 0; at < rows * d; at++) {
        float[] source = new float[rows * d];
        Arrays.fill(source, Float.MAX_VALUE);
        source[at] = bad;
        float[] target = new float[rows * d];
        assertThat(FAST.copyRows(source, offsets, rows, d, target, d)).as("at %d", at).isFalse();
        assertThat(target).isEqualTo(source);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("widths")
  void copyingTakesEveryFiniteNumberAsItIs(int d) {
    float[] extremes = {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0f, 0x1p-130f};
    float[] source = new float[2 * d];
    for (int i = 0; i < source.length; i++) {
      source[i] = extremes[i % extremes.length];
    }
    float[] target = new float[2 * d];
    assertThat(FAST.copyRows(source, new int[] {0, d}, 2, d, target, d)).isTrue();
    assertThat(target).isEqualTo(source);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void scatteringRowsEqualsItsTwin(int rows) {
    for (int d : Twins.sizes()) {
      for (int stride : new int[] {d, d + 5}) {
        Random random = new Random(rows * 101L + d);
        float[] source = Twins.random(random, rows * stride);
        float[] before = Twins.random(random, 2 * MARGIN + rows * d);
        int[] offsets = Twins.shuffledRows(random, rows, d, MARGIN);
        float[] keep = Twins.random(random, PANEL);
        float[] gain = Twins.random(random, PANEL);
        for (int i = 0; i < rows; i += 3) {
          keep[i] = 0; // and then the target must not even be read
          Arrays.fill(before, offsets[i], offsets[i] + d, Float.NaN);
        }
        float[] expected = before.clone();
        float[] actual = before.clone();
        TWIN.scatterRows(source, stride, expected, offsets, rows, d, keep, gain);
        FAST.scatterRows(source, stride, actual, offsets, rows, d, keep, gain);
        String what = "scatterRows [%d, %d] by %d".formatted(rows, d, stride);
        Twins.equal(what, expected, actual);
        Twins.untouched(what, before, actual, at -> at >= MARGIN && at < MARGIN + rows * d);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("widths")
  void theDotProductEqualsItsTwin(int d) {
    Random random = new Random(d);
    float[] a = Twins.random(random, 7 + d);
    float[] b = Twins.random(random, 2 + d);
    double exact = 0;
    double size = 0;
    for (int k = 0; k < d; k++) {
      exact += (double) a[7 + k] * b[2 + k];
      size += Math.abs(a[7 + k] * b[2 + k]);
    }
    float dot = FAST.dot(a, 7, b, 2, d);
    Kernels twin = new ScalarKernels(FAST.strip(), FAST.lanes());
    assertThat(dot).isEqualTo(twin.dot(a, 7, b, 2, d));
    Twins.near("dot", d, exact, dot, d * EPSILON * size);
  }

  @ParameterizedTest
  @MethodSource("widths")
  void theSumOfSquaresEqualsItsTwin(int d) {
    float[] panel = Twins.random(new Random(d), d * PANEL);
    float[] expected = new float[PANEL];
    float[] actual = new float[PANEL];
    Arrays.fill(actual, Float.NaN);
    TWIN.sumOfSquares(panel, d, expected);
    FAST.sumOfSquares(panel, d, actual);
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void aSquareThatOverflowsIsInfiniteAndNaNStaysNaN() {
    float[] panel = new float[2 * PANEL];
    panel[5] = 2e19f;
    panel[PANEL + 6] = Float.NaN;
    panel[7] = Float.MIN_VALUE;
    panel[8] = Float.NEGATIVE_INFINITY;
    float[] squares = new float[PANEL];
    FAST.sumOfSquares(panel, 2, squares);
    assertThat(squares[4]).isZero();
    assertThat(squares[5]).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(squares[6]).isNaN();
    assertThat(squares[7]).isZero();
    assertThat(squares[8]).isEqualTo(Float.POSITIVE_INFINITY);
  }
}
