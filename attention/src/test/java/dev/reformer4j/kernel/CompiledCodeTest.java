package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Twins.FAST;
import static dev.reformer4j.kernel.Twins.PANEL;
import static dev.reformer4j.kernel.Twins.SLAB;
import static dev.reformer4j.kernel.Twins.STRIP;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A kernel gives the same bits on its first call, interpreted, as when it has been compiled. The
/// Vector API leaves the order of a sum across lanes open, and both may then differ.
class CompiledCodeTest {
  private static final int CALLS = 60_000;
  private static final int SIZES = 150;

  private final float[] a = Twins.random(new Random(1), PANEL * PANEL);
  private final float[] b = Twins.random(new Random(2), PANEL * PANEL);

  @Test
  void theDotProductKeepsItsBits() {
    float[] first = new float[SIZES];
    for (int d = 0; d < SIZES; d++) {
      first[d] = FAST.dot(a, d, b, 3, d);
    }
    for (int call = 0; call < CALLS; call++) {
      int d = call % SIZES;
      check("dot of " + d + ", call " + call, first[d], FAST.dot(a, d, b, 3, d));
    }
  }

  @Test
  void theProductAndItsWeightsKeepTheirBits() {
    float[] first = product();
    for (int call = 0; call < CALLS / 100; call++) {
      float[] again = product();
      for (int i = 0; i < first.length; i++) {
        check("product, number " + i + ", call " + call, first[i], again[i]);
      }
    }
  }

  /// Scores of a panel with itself, and their exponentials.
  private float[] product() {
    float[] c = new float[PANEL * PANEL];
    float[] max = new float[PANEL];
    float[] sum = new float[PANEL];
    Arrays.fill(max, 30);
    for (int strip = 0; strip < PANEL; strip += STRIP) {
      int row = strip / SLAB * PANEL;
      FAST.dots(a, 0, PANEL, b, strip, 32, c, row);
      FAST.exponentials(c, row, row + PANEL, strip, max, sum);
    }
    float[] all = Arrays.copyOf(c, c.length + PANEL);
    System.arraycopy(sum, 0, all, c.length, PANEL);
    return all;
  }

  private static void check(String what, float first, float again) {
    if (Float.floatToRawIntBits(first) != Float.floatToRawIntBits(again)) {
      throw new AssertionError("%s: %s, and on the first call %s".formatted(what, again, first));
    }
  }
}
