package dev.reformer4j.kernel;

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

  /// The law that makes a cached step equal the full pass: an element is one chain, wherever m, n
  /// and k are cut, and whether a tile or a tail computes it.
  @ParameterizedTest
  @MethodSource("seeds")
  void splittingChangesNoBit(int seed) {
    Random random = new Random(seed);
    int m = 1 + random.nextInt(PANEL);
    int n = 1 + random.nextInt(2 * PANEL);
    int k = 1 + random.nextInt(100);
    float[] a = Twins.random(random, k * PANEL);
    float[] b = Twins.random(random, k * n);
    float[] whole = Twins.random(random, m * n);
    float[] parts = whole.clone();
    float[] twin = whole.clone();
    boolean add = random.nextBoolean();
    FAST.multiply(a, 0, b, 0, n, whole, 0, n, m, n, k, add);
    TWIN.multiply(a, 0, b, 0, n, twin, 0, n, m, n, k, add);
    for (int p = 0, pEnd; p < k; p = pEnd) {
      pEnd = p + 1 + random.nextInt(k - p);
      for (int i = 0, iEnd; i < m; i = iEnd) {
        iEnd = i + 1 + random.nextInt(m - i);
        for (int j = 0, jEnd; j < n; j = jEnd) {
          jEnd = j + 1 + random.nextInt(n - j);
          FAST.multiply(
              a,
              p * PANEL + i,
              b,
              p * n + j,
              n,
              parts,
              i * n + j,
              n,
              iEnd - i,
              jEnd - j,
              pEnd - p,
              add || p > 0);
        }
      }
    }
    String what = "seed %d, [%d, %d] over %d".formatted(seed, m, n, k);
    assertThat(parts).as(what).isEqualTo(whole);
    assertThat(twin).as(what).isEqualTo(whole);
  }

  static IntStream seeds() {
    return IntStream.range(0, 200);
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
    Twins.equal(what, expected, actual);
    Twins.untouched(
        what,
        before,
        actual,
        at -> at >= MARGIN && at < MARGIN + m * cStride && Math.floorMod(at - MARGIN, cStride) < n);
  }
}
