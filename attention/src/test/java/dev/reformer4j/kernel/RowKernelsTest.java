package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Twins.EPSILON;
import static dev.reformer4j.kernel.Twins.FAST;
import static dev.reformer4j.kernel.Twins.PANEL;
import static dev.reformer4j.kernel.Twins.SLAB;
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
  void transposingToSlabsEqualsItsTwin(int rows) {
    for (int d : Twins.sizes()) {
      for (int firstRow : new int[] {0, 5}) {
        int height = firstRow + d + 2;
        Random random = new Random(rows * 101L + d);
        float[] source = Twins.random(random, 3 + rows * d);
        int[] offsets = Twins.shuffledRows(random, rows, d, 3);
        float[] before = Twins.random(random, Kernels.panelSize(height));
        float[] expected = before.clone();
        float[] actual = before.clone();
        TWIN.transposeToSlabs(source, offsets, rows, d, expected, firstRow, height);
        FAST.transposeToSlabs(source, offsets, rows, d, actual, firstRow, height);
        String what = "transpose [%d, %d] to slabs from row %d".formatted(rows, d, firstRow);
        int size = height * PANEL;
        Twins.equal(what, Arrays.copyOf(expected, size), Arrays.copyOf(actual, size));
        Twins.untouched(
            what,
            before,
            actual,
            at -> at >= size || isIn(at, height, firstRow, firstRow + d, rows));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void copyingToSlabsEqualsItsTwin(int rows) {
    for (int d : Twins.sizes()) {
      Random random = new Random(rows * 101L + d);
      float[] source = Twins.random(random, 3 + rows * d);
      int[] offsets = Twins.shuffledRows(random, rows, d, 3);
      for (int firstRow : new int[] {0, 5}) {
        int height = firstRow + rows + 2;
        float[] before = Twins.random(random, slabs(d, height) + MARGIN);
        float[] expected = before.clone();
        float[] actual = before.clone();
        assertThat(TWIN.copyToSlabs(source, offsets, rows, d, expected, firstRow, height)).isTrue();
        assertThat(FAST.copyToSlabs(source, offsets, rows, d, actual, firstRow, height)).isTrue();
        assertThat(actual).isEqualTo(expected);
        Twins.untouched(
            "copy [%d, %d] to slabs".formatted(rows, d),
            before,
            actual,
            at -> at < slabs(d, height) && isIn(at, height, firstRow, firstRow + rows, d));
      }
    }
  }

  /// Whether a place in slabs of so many rows belongs to rows `[from, to)` and the first columns.
  private static boolean isIn(int at, int height, int from, int to, int columns) {
    int row = at / SLAB % height;
    int column = at / SLAB / height * SLAB + at % SLAB;
    return row >= from && row < to && column < columns;
  }

  /// Numbers of so many rows in slabs.
  private static int slabs(int d, int height) {
    return (d + SLAB - 1) / SLAB * SLAB * height;
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
        float[] target = new float[slabs(d, PANEL)];
        float[] expected = target.clone();
        assertThat(FAST.copyToSlabs(source, offsets, rows, d, target, 0, PANEL))
            .as("at %d", at)
            .isFalse();
        TWIN.copyToSlabs(source, offsets, rows, d, expected, 0, PANEL);
        assertThat(target).isEqualTo(expected);
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
    float[] target = new float[slabs(d, PANEL)];
    float[] expected = target.clone();
    assertThat(FAST.copyToSlabs(source, new int[] {0, d}, 2, d, target, 0, PANEL)).isTrue();
    TWIN.copyToSlabs(source, new int[] {0, d}, 2, d, expected, 0, PANEL);
    assertThat(target).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void scatteringRowsEqualsItsTwin(int rows) {
    for (int d : Twins.sizes()) {
      for (int height : new int[] {rows, rows + 5}) {
        Random random = new Random(rows * 101L + d);
        float[] source = Twins.random(random, slabs(d, height));
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
        TWIN.scatterRows(source, height, expected, offsets, rows, d, keep, gain);
        FAST.scatterRows(source, height, actual, offsets, rows, d, keep, gain);
        String what = "scatterRows [%d, %d] of %d".formatted(rows, d, height);
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
    assertThat(dot).isEqualTo(TWIN.dot(a, 7, b, 2, d));
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
    float[] rows = new float[2 * PANEL];
    rows[2 * 5] = 2e19f;
    rows[2 * 6 + 1] = Float.NaN;
    rows[2 * 7] = Float.MIN_VALUE;
    rows[2 * 8] = Float.NEGATIVE_INFINITY;
    int[] offsets = IntStream.range(0, PANEL).map(i -> 2 * i).toArray();
    float[] panel = new float[Kernels.panelSize(2)];
    FAST.transposeToSlabs(rows, offsets, PANEL, 2, panel, 0, 2);
    float[] squares = new float[PANEL];
    FAST.sumOfSquares(panel, 2, squares);
    assertThat(squares[4]).isZero();
    assertThat(squares[5]).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(squares[6]).isNaN();
    assertThat(squares[7]).isZero();
    assertThat(squares[8]).isEqualTo(Float.POSITIVE_INFINITY);
  }
}
