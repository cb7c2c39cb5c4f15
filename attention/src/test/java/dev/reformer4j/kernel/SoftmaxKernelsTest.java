package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Twins.FAST;
import static dev.reformer4j.kernel.Twins.PANEL;
import static dev.reformer4j.kernel.Twins.SLAB;
import static dev.reformer4j.kernel.Twins.STRIP;
import static dev.reformer4j.kernel.Twins.TWIN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The kernels between scores and weights, against their twins, strip by strip on slabs of
/// [#HEIGHT] rows.
class SoftmaxKernelsTest {
  private static final int SCORE_ROW = 3;
  private static final int HEIGHT = SCORE_ROW + PANEL + 1;
  private static final int[][] RANGES = {{0, 64}, {0, 0}, {5, 5}, {0, 1}, {7, 20}, {63, 64}};

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void scalingEqualsItsTwin(long seed) {
    for (int[] range : RANGES) {
      Blocks blocks = Blocks.random(seed);
      float[] expected = blocks.scores.clone();
      float[] expectedMax = blocks.max.clone();
      for (int strip = 0; strip < PANEL; strip += STRIP) {
        int row = scoreRow(strip);
        float[] before = blocks.scores.clone();
        float[] maxBefore = blocks.max.clone();
        TWIN.scale(expected, row, range[0], range[1], strip, blocks.keys, expectedMax);
        FAST.scale(blocks.scores, row, range[0], range[1], strip, blocks.keys, blocks.max);
        onlyOneStrip(before, blocks.scores, strip, range);
        onlyOneStrip(maxBefore, blocks.max, strip);
      }
      Twins.equal("scores of seed " + seed, expected, blocks.scores);
      Twins.equal("max of seed " + seed, expectedMax, blocks.max);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
  void maskingEqualsItsTwin(long seed) {
    for (int[] range : RANGES) {
      Blocks blocks = Blocks.random(seed);
      float[] expected = blocks.scores.clone();
      float[] expectedMax = blocks.max.clone();
      for (int strip = 0; strip < PANEL; strip += STRIP) {
        int row = scoreRow(strip);
        float[] before = blocks.scores.clone();
        float[] maxBefore = blocks.max.clone();
        TWIN.scaleAndMask(
            expected, row, range[0], range[1], strip, blocks.keys, blocks.queries, expectedMax);
        FAST.scaleAndMask(
            blocks.scores, row, range[0], range[1], strip, blocks.keys, blocks.queries, blocks.max);
        onlyOneStrip(before, blocks.scores, strip, range);
        onlyOneStrip(maxBefore, blocks.max, strip);
      }
      Twins.equal("scores of seed " + seed, expected, blocks.scores);
      Twins.equal("max of seed " + seed, expectedMax, blocks.max);
    }
  }

  /// Rows that no product has filled may hold anything where the mask hides them.
  @Test
  void aMaskReplacesWhateverWasThere() {
    Blocks blocks = Blocks.random(3);
    Arrays.fill(blocks.scores, Float.NaN);
    Arrays.fill(blocks.keys.place, KeyBlock.UNSEEN);
    Arrays.fill(blocks.queries.high, KeyBlock.UNSEEN - 1);
    Arrays.fill(blocks.keys.self, KeyBlock.NOBODY);
    blocks.keys.self[9] = 1000;
    blocks.queries.self[9] = 1000;
    Arrays.fill(blocks.max, Kernels.NO_MAXIMUM);
    for (int strip = 0; strip < PANEL; strip += STRIP) {
      FAST.scaleAndMask(
          blocks.scores, scoreRow(strip), 0, PANEL, strip, blocks.keys, blocks.queries, blocks.max);
    }
    for (int j = 0; j < PANEL; j++) {
      for (int i = 0; i < PANEL; i++) {
        float expected = j == 9 && i == 9 ? QueryBlock.SELF : Float.NEGATIVE_INFINITY;
        assertThat(blocks.scores[(scoreRow(i) + j) * SLAB + i % SLAB]).isEqualTo(expected);
      }
    }
    for (int i = 0; i < PANEL; i++) {
      assertThat(blocks.max[i]).isEqualTo(i == 9 ? QueryBlock.SELF : Kernels.NO_MAXIMUM);
    }
  }

  @Test
  void whereNothingIsSeenNothingHasWeight() {
    float[] scores = new float[PANEL * PANEL];
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    float[] max = new float[PANEL];
    Arrays.fill(max, Kernels.NO_MAXIMUM);
    float[] sum = new float[PANEL];
    for (int strip = 0; strip < PANEL; strip += STRIP) {
      int row = strip / SLAB * PANEL;
      FAST.exponentials(scores, row, row + PANEL, strip, max, sum);
    }
    assertThat(scores).containsOnly(0);
    assertThat(sum).containsOnly(0);
  }

  @Test
  void aTokenThatIsAloneHasAllTheWeight() {
    float[] scores = new float[2 * PANEL];
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    Arrays.fill(scores, 0, SLAB, QueryBlock.SELF);
    float[] max = new float[PANEL];
    Arrays.fill(max, QueryBlock.SELF);
    float[] sum = new float[PANEL];
    for (int strip = 0; strip < SLAB; strip += STRIP) {
      FAST.exponentials(scores, 0, 2, strip, max, sum);
    }
    assertThat(Arrays.copyOf(sum, SLAB)).containsOnly(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5})
  void exponentialsEqualTheirTwin(long seed) {
    for (int[] range : RANGES) {
      Random random = new Random(seed);
      float[] before = Twins.random(random, HEIGHT * PANEL);
      for (int i = 0; i < before.length; i++) {
        // Mostly logits, some next to nothing, some masked.
        before[i] *= new float[] {1, 8, 60, 500}[random.nextInt(4)];
        before[i] = random.nextInt(9) == 0 ? Float.NEGATIVE_INFINITY : before[i];
      }
      float[] max = new float[PANEL];
      for (int i = 0; i < PANEL; i++) {
        max[i] = Kernels.NO_MAXIMUM;
        for (int j = 0; j < PANEL; j++) {
          max[i] = Math.max(max[i], before[(scoreRow(i) + j) * SLAB + i % SLAB]);
        }
      }
      float[] expected = before.clone();
      float[] actual = before.clone();
      float[] expectedSum = Twins.random(random, PANEL);
      float[] sum = expectedSum.clone();
      for (int strip = 0; strip < PANEL; strip += STRIP) {
        float[] stripBefore = actual.clone();
        int row = scoreRow(strip);
        TWIN.exponentials(expected, row + range[0], row + range[1], strip, max, expectedSum);
        FAST.exponentials(actual, row + range[0], row + range[1], strip, max, sum);
        onlyOneStrip(stripBefore, actual, strip, range);
      }
      Twins.equal("weights of seed " + seed, expected, actual);
      Twins.equal("sums of seed " + seed, expectedSum, sum);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void theGradientOfTheSoftmaxEqualsItsTwin(long seed) {
    for (int[] range : RANGES) {
      Blocks blocks = Blocks.random(seed);
      Random random = new Random(seed);
      float[] weights = Twins.random(random, blocks.scores.length);
      float[] mean = Twins.random(random, PANEL);
      float[] before = blocks.scores;
      float[] expected = before.clone();
      float[] actual = before.clone();
      for (int strip = 0; strip < PANEL; strip += STRIP) {
        int row = scoreRow(strip);
        float[] stripBefore = actual.clone();
        TWIN.softmaxGradient(
            weights, expected, row, range[0], range[1], strip, blocks.keys, blocks.queries, mean);
        FAST.softmaxGradient(
            weights, actual, row, range[0], range[1], strip, blocks.keys, blocks.queries, mean);
        onlyOneStrip(stripBefore, actual, strip, range);
      }
      Twins.equal("gradient of seed " + seed, expected, actual);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5, 0.99})
  void dropoutEqualsItsTwin(double rate) {
    for (int[] range : RANGES) {
      Random random = new Random(range[1]);
      int[] keys = random.ints(PANEL).toArray();
      int[] queries = random.ints(PANEL).toArray();
      int threshold = (int) (rate * 0x1p31);
      float[] actual = Twins.random(random, HEIGHT * PANEL);
      float[] expected = actual.clone();
      for (int strip = 0; strip < PANEL; strip += STRIP) {
        int row = scoreRow(strip);
        float[] before = actual.clone();
        TWIN.dropOut(expected, row, range[0], range[1], strip, keys, queries, threshold, 3);
        FAST.dropOut(actual, row, range[0], range[1], strip, keys, queries, threshold, 3);
        onlyOneStrip(before, actual, strip, range);
      }
      Twins.equal("numbers at rate " + rate, expected, actual);
    }
  }

  private static void onlyOneStrip(float[] before, float[] after, int strip, int[] range) {
    Twins.untouched(
        "strip " + strip,
        before,
        after,
        at -> {
          int row = at / SLAB % HEIGHT - SCORE_ROW;
          int column = at / SLAB / HEIGHT * SLAB + at % SLAB;
          return inStrip(column, strip) && row >= range[0] && row < range[1];
        });
  }

  private static void onlyOneStrip(float[] before, float[] after, int strip) {
    Twins.untouched("strip " + strip, before, after, at -> inStrip(at, strip));
  }

  private static boolean inStrip(int column, int strip) {
    return column >= strip && column < strip + STRIP;
  }

  /// The row of the first key, for the slab of a query.
  private static int scoreRow(int query) {
    return query / SLAB * HEIGHT + SCORE_ROW;
  }

  /// Random scores and a random mask, with every special value.
  private record Blocks(float[] scores, float[] max, KeyBlock keys, QueryBlock queries) {
    static Blocks random(long seed) {
      Random random = new Random(seed);
      KeyBlock keys = new KeyBlock();
      QueryBlock queries = new QueryBlock();
      int buckets = 1 + random.nextInt(3);
      for (int i = 0; i < PANEL; i++) {
        keys.scale[i] = (float) random.nextGaussian();
        keys.place[i] = random.nextInt(6) == 0 ? KeyBlock.UNSEEN : random.nextInt(100);
        keys.bucket[i] = random.nextInt(buckets);
        keys.self[i] = random.nextInt(6) == 0 ? KeyBlock.NOBODY : random.nextInt(100);
        queries.low[i] = random.nextInt(3) == 0 ? Integer.MIN_VALUE : random.nextInt(100);
        queries.high[i] = random.nextInt(3) == 0 ? KeyBlock.UNSEEN - 1 : random.nextInt(100);
        queries.bucket[i] = random.nextInt(buckets);
        queries.self[i] = random.nextInt(100);
      }
      float[] scores = Twins.random(random, HEIGHT * PANEL);
      for (int i = 0; i < scores.length; i += 7) {
        scores[i] *= new float[] {0, 1e-42f, 1e18f, -1e18f}[random.nextInt(4)];
      }
      float[] max = Twins.random(random, PANEL);
      for (int i = 0; i < PANEL; i += 3) {
        max[i] = Kernels.NO_MAXIMUM;
      }
      return new Blocks(scores, max, keys, queries);
    }
  }
}
