package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Twins.FAST;
import static dev.reformer4j.kernel.Twins.PANEL;
import static dev.reformer4j.kernel.Twins.SLAB;
import static dev.reformer4j.kernel.Twins.TWIN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The argmax over [x; −x] down every column: exactly that of the twin, ties included.
class ArgmaxTest {
  private static final float[] TYING = {0, -0f, 1, -1, 1, -1, 2, -2};
  private static final float[] EXTREME = {
    0,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY
  };

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 16, 31, 64, 100})
  void theArgmaxEqualsItsTwin(int half) {
    for (long seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      float[] rotated = Twins.random(random, (half + 5) * PANEL);
      check(rotated, half, "seed " + seed);
      for (float[] among : new float[][] {TYING, EXTREME}) {
        for (int i = 0; i < rotated.length; i++) {
          rotated[i] = among[random.nextInt(among.length)];
        }
        check(rotated, half, "ties of seed " + seed);
      }
    }
  }

  @Test
  void theLowestIndexWinsAmongEquals() {
    assertThat(argmax(0, 0, 0)).isZero();
    assertThat(argmax(-0f, 0, -0f)).isZero();
    assertThat(argmax(1, 1)).isZero();
    assertThat(argmax(-1, 1)).isEqualTo(1);
    assertThat(argmax(1, -1)).isZero();
    assertThat(argmax(-2, 1, -2)).isEqualTo(3);
    assertThat(argmax(-3, 3)).isEqualTo(1);
    assertThat(argmax(-1)).isEqualTo(1);
  }

  @Test
  void idsAreAddedToTimesTheirWeight() {
    float[] rotated = new float[2 * PANEL];
    for (int i = 0; i < PANEL; i++) {
      rotated[at(2, 1, i)] = 1;
    }
    int[] ids = new int[PANEL];
    Arrays.fill(ids, 7);
    FAST.addArgmax(rotated, 2, 0, 2, 100, ids);
    assertThat(ids).containsOnly(107);
  }

  private static int argmax(float... column) {
    float[] rotated = new float[column.length * PANEL];
    for (int j = 0; j < column.length; j++) {
      for (int i = 0; i < PANEL; i++) {
        rotated[at(column.length, j, i)] = column[j];
      }
    }
    int[] fast = new int[PANEL];
    int[] twin = new int[PANEL];
    FAST.addArgmax(rotated, column.length, 0, column.length, 1, fast);
    TWIN.addArgmax(rotated, column.length, 0, column.length, 1, twin);
    assertThat(fast).containsOnly(twin[0]);
    return twin[0];
  }

  private static void check(float[] rotated, int half, String what) {
    int[] expected = new int[PANEL];
    Arrays.setAll(expected, i -> i);
    int[] actual = expected.clone();
    TWIN.addArgmax(rotated, half + 5, 5, half, 3, expected);
    FAST.addArgmax(rotated, half + 5, 5, half, 3, actual);
    assertThat(actual).as(what).isEqualTo(expected);
  }

  /// Where a number stands in slabs of so many rows.
  private static int at(int height, int row, int column) {
    return (column / SLAB * height + row) * SLAB + column % SLAB;
  }
}
