package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Twins.FAST;
import static dev.reformer4j.kernel.Twins.PANEL;
import static dev.reformer4j.kernel.Twins.TWIN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// 2^x as attention uses it, against `Math.pow` in double precision.
class ExponentialTest {
  /// Units in the last place.
  private static final double MOST_ULPS = 2;

  @Test
  void everyPowerIsRightToTwoUnitsInTheLastPlace() {
    double worst = 0;
    float worstAt = 0;
    for (int i = 0; i < 126 << 13; i += PANEL) {
      float[] x = new float[PANEL];
      for (int j = 0; j < PANEL; j++) {
        x[j] = -(i + j) / 8192f;
      }
      float[] power = powers(x);
      for (int j = 0; j < PANEL; j++) {
        double ulps = ulps(x[j], power[j]);
        worstAt = ulps > worst ? x[j] : worstAt;
        worst = Math.max(worst, ulps);
      }
    }
    assertThat(worst).as("units in the last place, at %s", worstAt).isLessThanOrEqualTo(MOST_ULPS);
  }

  /// Around the borders of the reduced range, where rounding to the nearest integer jumps.
  @Test
  void powersNextToWholeAndHalfNumbersAreRightToo() {
    for (int half = 0; half > -252; half--) {
      float middle = half / 2f;
      float[] x = new float[PANEL];
      x[0] = middle;
      for (int j = 1; j < PANEL / 2; j++) {
        x[j] = Math.nextDown(x[j - 1]);
      }
      x[PANEL / 2] = Math.min(0, Math.nextUp(middle));
      for (int j = PANEL / 2 + 1; j < PANEL; j++) {
        x[j] = Math.min(0, Math.nextUp(x[j - 1]));
      }
      float[] power = powers(x);
      for (int j = 0; j < PANEL; j++) {
        if (x[j] > -126) {
          assertThat(ulps(x[j], power[j])).as("2^%s", x[j]).isLessThanOrEqualTo(MOST_ULPS);
        }
      }
    }
  }

  @Test
  void wholePowersAreExact() {
    for (int n = 0; n > -126; n--) {
      float[] x = new float[PANEL];
      Arrays.fill(x, n);
      assertThat(powers(x)).containsOnly(Math.scalb(1f, n));
    }
  }

  /// Denormal weights may be kept or dropped, but must not become anything else.
  @Test
  void whatIsTooSmallHasNoWeight() {
    float[] x = new float[PANEL];
    Arrays.fill(x, -127);
    x[0] = Math.nextDown(-126f);
    x[1] = -126.5f;
    x[2] = -149;
    x[3] = -151;
    x[4] = -1000;
    x[5] = QueryBlock.SELF;
    x[6] = Kernels.NO_MAXIMUM;
    x[7] = -Float.MAX_VALUE;
    x[8] = Float.NEGATIVE_INFINITY;
    float[] power = powers(x);
    for (int i = 0; i < 3; i++) {
      assertThat(power[i]).isBetween(0f, Float.MIN_NORMAL);
    }
    assertThat(Arrays.copyOfRange(power, 3, 9)).containsOnly(0);
  }

  @Test
  void decayIsThePowerOfTheDifference() {
    float[] before = new float[PANEL];
    float[] after = new float[PANEL];
    for (int i = 0; i < PANEL; i++) {
      before[i] = 3 * i - 100;
      after[i] = before[i] + 0.37f * i;
    }
    before[10] = Kernels.NO_MAXIMUM; // the first key
    before[11] = Kernels.NO_MAXIMUM; // still no key
    after[11] = Kernels.NO_MAXIMUM;
    before[12] = QueryBlock.SELF; // something else is seen after all
    before[13] = QueryBlock.SELF;
    after[13] = QueryBlock.SELF;
    float[] left = new float[PANEL];
    FAST.decay(before, after, left);
    float[] twins = new float[PANEL];
    TWIN.decay(before, after, twins);
    assertThat(left).isEqualTo(twins);
    for (int i = 0; i < PANEL; i++) {
      double expected = Math.pow(2, before[i] - after[i]);
      Twins.near("decay", i, expected, left[i], MOST_ULPS * Math.ulp((float) expected));
    }
    assertThat(left[0]).isEqualTo(1);
    assertThat(left[10]).isZero();
    assertThat(left[11]).isEqualTo(1);
    assertThat(left[12]).isZero();
    assertThat(left[13]).isEqualTo(1);
  }

  @Test
  void theLogarithmOfTheSumEqualsItsTwin() {
    Random random = new Random(1);
    float[] max = Twins.random(random, PANEL);
    float[] sum = new float[PANEL];
    for (int i = 0; i < PANEL; i++) {
      max[i] *= 1000;
      sum[i] = Math.scalb(1 + random.nextFloat(), i < 32 ? random.nextInt(24) : i - 48);
    }
    max[3] = QueryBlock.SELF; // alone, once and over several rounds
    sum[3] = 1;
    max[4] = QueryBlock.SELF;
    sum[4] = 4;
    max[5] = Kernels.NO_MAXIMUM; // nothing seen
    sum[5] = 0;
    max[6] = 0;
    sum[6] = 1;
    float[] expected = new float[PANEL];
    float[] actual = new float[PANEL];
    TWIN.logSumExp(max, sum, expected);
    FAST.logSumExp(max, sum, actual);
    for (int i = 0; i < PANEL; i++) {
      double size = Math.max(1, Math.max(Math.abs(max[i]), Math.abs(Math.log(sum[i]))));
      Twins.near("logSumExp", i, expected[i], actual[i], 4 * Twins.EPSILON * size);
    }
    assertThat(actual[5]).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(actual[6]).isZero();
  }

  private static double ulps(float x, float power) {
    double exact = Math.pow(2, x);
    return Math.abs(power - exact) / Math.ulp((float) exact);
  }

  /// 64 numbers as rows of a slab.
  private static float[] powers(float[] x) {
    float[] scores = x.clone();
    for (int strip = 0; strip < FAST.slab(); strip += FAST.strip()) {
      int rows = PANEL / FAST.slab();
      FAST.exponentials(scores, 0, rows, strip, new float[PANEL], new float[PANEL]);
    }
    return scores;
  }
}
