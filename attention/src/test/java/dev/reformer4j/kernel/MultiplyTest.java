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

/// The product against its twin. Sources are exactly as long as needed, so that reading beyond one
/// throws, and targets are surrounded by numbers that must stay.
class MultiplyTest {
  private static final int[] INNER = {0, 1, 2, 7, 64, 67};
  private static final int MARGIN = 37;

  static IntStream rows() {
    return Arrays.stream(Twins.rowCounts());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theProductEqualsItsTwin(int m) {
    for (int n : Twins.sizes()) {
      for (int k : INNER) {
        check(m, n, k, 0, 0, false);
        check(m, n, k, 0, 0, true);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void stridesMayBeLongerThanRows(int m) {
    int column = Math.min(5, PANEL - m);
    for (int n : Twins.sizes()) {
      check(m, n, 9, column, 1, false);
      check(m, n, 9, column, 13, true);
    }
  }

  @Test
  void splittingTheRowsAtTilesChangesNoBit() {
    Random random = new Random(1);
    float[] a = Twins.random(random, 50 * PANEL);
    float[] b = Twins.random(random, 50 * PANEL);
    float[] whole = new float[PANEL * PANEL];
    float[] parts = new float[PANEL * PANEL];
    FAST.multiply(a, 0, b, 0, PANEL, whole, 0, PANEL, PANEL, PANEL, 50, false);
    int rows = FAST.tileRows();
    for (int i = 0; i < PANEL; i += rows) {
      int m = Math.min(rows, PANEL - i);
      FAST.multiply(a, i, b, 0, PANEL, parts, i * PANEL, PANEL, m, PANEL, 50, false);
    }
    assertThat(parts).isEqualTo(whole);
  }

  @Test
  void whatIsNotFiniteStaysInItsRowAndColumn() {
    float[] a = new float[2 * PANEL];
    float[] b = new float[2 * PANEL];
    Arrays.fill(a, 1);
    Arrays.fill(b, 2);
    a[17] = Float.NaN;
    b[PANEL + 40] = Float.POSITIVE_INFINITY;
    float[] c = new float[PANEL * PANEL];
    FAST.multiply(a, 0, b, 0, PANEL, c, 0, PANEL, PANEL, PANEL, 2, false);
    float[] expected = new float[PANEL * PANEL];
    for (int i = 0; i < PANEL; i++) {
      for (int j = 0; j < PANEL; j++) {
        expected[i * PANEL + j] = i == 17 ? Float.NaN : j == 40 ? Float.POSITIVE_INFINITY : 4;
      }
    }
    assertThat(c).isEqualTo(expected);
  }

  private static void check(int m, int n, int k, int column, int spare, boolean add) {
    String what = "[%d, %d] over %d, add %s".formatted(m, n, k, add);
    Random random = new Random(m * 10_007L + n * 101L + k);
    int aOffset = 2 * PANEL + column;
    int bOffset = spare;
    int bStride = n + spare;
    int cStride = n + spare;
    float[] a = Twins.random(random, aOffset + Math.max(0, (k - 1) * PANEL + m));
    float[] b = Twins.random(random, bOffset + Math.max(0, (k - 1) * bStride + n));
    float[] before = Twins.random(random, MARGIN + m * cStride + MARGIN);
    float[] expected = before.clone();
    float[] actual = before.clone();
    TWIN.multiply(a, aOffset, b, bOffset, bStride, expected, MARGIN, cStride, m, n, k, add);
    FAST.multiply(a, aOffset, b, bOffset, bStride, actual, MARGIN, cStride, m, n, k, add);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        int at = MARGIN + i * cStride + j;
        double size = add ? Math.abs(before[at]) : 0;
        for (int p = 0; p < k; p++) {
          size += Math.abs(a[aOffset + p * PANEL + i] * b[bOffset + p * bStride + j]);
        }
        Twins.near(what, at, expected[at], actual[at], (k + 1) * EPSILON * size);
      }
    }
    Twins.untouched(
        what,
        before,
        actual,
        at -> at >= MARGIN && at < MARGIN + m * cStride && Math.floorMod(at - MARGIN, cStride) < n);
  }
}
