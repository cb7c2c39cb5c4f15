package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Twins.FAST;
import static dev.reformer4j.kernel.Twins.PANEL;
import static dev.reformer4j.kernel.Twins.SLAB;
import static dev.reformer4j.kernel.Twins.STRIP;
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

  /// Multiples of 4 up to a slab, and the rows of a tile.
  static IntStream rows() {
    return IntStream.concat(
            IntStream.iterate(0, m -> m <= SLAB, m -> m + 4), IntStream.of(FAST.tileRows()))
        .distinct();
  }

  /// Whole strips, less than a slab and more.
  private static int[] columns() {
    return IntStream.of(0, STRIP, SLAB, SLAB + STRIP, 3 * SLAB + STRIP).distinct().toArray();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theProductEqualsItsTwin(int m) {
    for (int n : columns()) {
      for (int k : INNER) {
        check(m, n, k, 0, 0, false);
        check(m, n, k, 0, 0, true);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void stepsMayBeLongerThanSlabs(int m) {
    int column = Math.min(5, SLAB - m);
    for (int n : columns()) {
      check(m, n, 9, column, SLAB, false);
      check(m, n, 9, column, 13 * SLAB, true);
    }
  }

  /// The law that makes a cached step equal the full pass: an element is one chain, wherever m, n
  /// and k are cut.
  @ParameterizedTest
  @MethodSource("seeds")
  void splittingChangesNoBit(int seed) {
    Random random = new Random(seed);
    int m = 4 + 4 * random.nextInt(SLAB / 4);
    int n = STRIP * (1 + random.nextInt(2 * PANEL / STRIP));
    int k = 1 + random.nextInt(100);
    int bStep = k * SLAB;
    int cStep = m * SLAB;
    int slabs = (n + SLAB - 1) / SLAB;
    float[] a = Twins.random(random, k * SLAB);
    float[] b = Twins.random(random, slabs * bStep);
    float[] whole = Twins.random(random, slabs * cStep);
    float[] parts = whole.clone();
    float[] twin = whole.clone();
    boolean add = random.nextBoolean();
    FAST.multiply(a, 0, b, 0, bStep, whole, 0, cStep, m, n, k, add);
    TWIN.multiply(a, 0, b, 0, bStep, twin, 0, cStep, m, n, k, add);
    for (int p = 0, pEnd; p < k; p = pEnd) {
      pEnd = p + 1 + random.nextInt(k - p);
      for (int i = 0, iEnd; i < m; i = iEnd) {
        iEnd = i + 4 + 4 * random.nextInt((m - i) / 4);
        for (int j = 0, jEnd; j < n; j = jEnd) {
          // Within one slab, or from the beginning of one.
          int most = j % SLAB == 0 ? n - j : Math.min(n - j, SLAB - j % SLAB);
          jEnd = j + STRIP * (1 + random.nextInt(most / STRIP));
          FAST.multiply(
              a,
              p * SLAB + i,
              b,
              j / SLAB * bStep + p * SLAB + j % SLAB,
              bStep,
              parts,
              j / SLAB * cStep + i * SLAB + j % SLAB,
              cStep,
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
    float[] a = new float[2 * SLAB];
    float[] b = new float[2 * PANEL];
    Arrays.fill(a, 1);
    Arrays.fill(b, 2);
    a[5] = Float.NaN;
    b[(40 / SLAB * 2 + 1) * SLAB + 40 % SLAB] = Float.POSITIVE_INFINITY;
    float[] c = new float[SLAB * PANEL];
    FAST.multiply(a, 0, b, 0, 2 * SLAB, c, 0, SLAB * SLAB, SLAB, PANEL, 2, false);
    float[] expected = new float[SLAB * PANEL];
    for (int i = 0; i < SLAB; i++) {
      for (int j = 0; j < PANEL; j++) {
        expected[(j / SLAB * SLAB + i) * SLAB + j % SLAB] =
            i == 5 ? Float.NaN : j == 40 ? Float.POSITIVE_INFINITY : 4;
      }
    }
    assertThat(c).isEqualTo(expected);
  }

  /// Scores of keys with the queries of a strip, which the default method asks of the product.
  @ParameterizedTest
  @MethodSource("seeds")
  void dotProductsAreThoseOfTheVectors(int seed) {
    Random random = new Random(seed);
    int d = random.nextInt(70);
    int from = random.nextInt(PANEL);
    int to = from + random.nextInt(PANEL + 1 - from);
    int[] rows = IntStream.range(0, PANEL).map(i -> i * d).toArray();
    float[] keys = Twins.random(random, PANEL * d);
    float[] queries = Twins.random(random, PANEL * d);
    float[] keyPanel = new float[Kernels.panelSize(d)];
    float[] queryPanel = new float[Kernels.panelSize(d)];
    FAST.transposeToSlabs(keys, rows, PANEL, d, keyPanel, 0, d);
    FAST.transposeToSlabs(queries, rows, PANEL, d, queryPanel, 0, d);
    int q = random.nextInt(PANEL / STRIP) * STRIP;
    float[] before = Twins.random(random, (PANEL + 9) * SLAB);
    float[] scores = before.clone();
    FAST.dots(keyPanel, from, to, queryPanel, q, d, scores, 7);
    float[] expected = scores.clone();
    for (int j = from; j < to; j++) {
      for (int i = q; i < q + STRIP; i++) {
        float sum = 0;
        for (int p = 0; p < d; p++) {
          sum = Math.fma(keys[j * d + p], queries[i * d + p], sum);
        }
        expected[(7 + j) * SLAB + i % SLAB] = sum;
      }
    }
    Twins.equal("dot products of seed " + seed, expected, scores);
    Twins.untouched(
        "dot products of seed " + seed,
        before,
        scores,
        at -> {
          int key = at / SLAB - 7;
          int column = at % SLAB - q % SLAB;
          return key >= (from & -4) && key < ((to + 3) & -4) && column >= 0 && column < STRIP;
        });
  }

  private static void check(int m, int n, int k, int column, int spare, boolean add) {
    String what = "[%d, %d] over %d, add %s".formatted(m, n, k, add);
    Random random = new Random(m * 10_007L + n * 101L + k);
    int aOffset = 2 * SLAB + column;
    int bOffset = spare;
    int bStep = k * SLAB + spare;
    int cStep = Math.max(1, m) * SLAB + spare;
    int slabs = (n + SLAB - 1) / SLAB;
    // The last row of the last slab ends where the last column does.
    int beyond = slabs * SLAB - n;
    float[] a = Twins.random(random, aOffset + Math.max(0, (k - 1) * SLAB + m));
    float[] b =
        Twins.random(random, Math.max(0, bOffset + (slabs - 1) * bStep + k * SLAB - beyond));
    float[] before = Twins.random(random, 2 * MARGIN + slabs * cStep);
    float[] expected = before.clone();
    float[] actual = before.clone();
    TWIN.multiply(a, aOffset, b, bOffset, bStep, expected, MARGIN, cStep, m, n, k, add);
    FAST.multiply(a, aOffset, b, bOffset, bStep, actual, MARGIN, cStep, m, n, k, add);
    Twins.equal(what, expected, actual);
    Twins.untouched(
        what,
        before,
        actual,
        at -> {
          int place = at - MARGIN;
          int slab = Math.floorDiv(place, cStep);
          int row = Math.floorMod(place, cStep) / SLAB;
          int j = slab * SLAB + Math.floorMod(place, cStep) % SLAB;
          return place >= 0 && row < m && j < n;
        });
  }
}
