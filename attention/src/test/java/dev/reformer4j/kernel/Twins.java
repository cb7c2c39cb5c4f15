package dev.reformer4j.kernel;

import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// What the tests of kernels against their scalar twins share: the two, the sizes that hurt, and
/// comparisons that name the place.
final class Twins {
  static final Kernels FAST = Kernels.best();
  static final Kernels TWIN = new ScalarKernels(FAST.strip(), FAST.slab(), FAST.lanes());
  static final int SLAB = FAST.slab();
  static final int STRIP = FAST.strip();
  static final int PANEL = Kernels.PANEL;

  /// The difference between 1 and the next float.
  static final double EPSILON = 0x1p-23;

  private Twins() {}

  /// Around one, two and four vectors, primes, and around a panel.
  static int[] sizes() {
    int w = FAST.lanes();
    return IntStream.of(0, 1, 2, 3, 5, w - 1, w, w + 1, 2 * w - 1, 2 * w + 1, 4 * w + 3, 63, 64, 67)
        .sorted()
        .distinct()
        .toArray();
  }

  /// The sizes that fit a panel.
  static int[] rowCounts() {
    return IntStream.concat(
            IntStream.of(sizes()), IntStream.of(4, 8, 11, 12, 13, 24, 25, 31, 47, 48))
        .filter(size -> size <= PANEL)
        .sorted()
        .distinct()
        .toArray();
  }

  /// Standard normal numbers.
  static float[] random(Random random, int size) {
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  /// Where the rows of a source of `rows · d` numbers begin, in another order than they stand.
  static int[] shuffledRows(Random random, int rows, int d, int first) {
    int[] offsets = IntStream.range(0, rows).map(i -> first + i * d).toArray();
    for (int i = rows - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = offsets[i];
      offsets[i] = offsets[j];
      offsets[j] = kept;
    }
    return offsets;
  }

  static void near(String what, int at, double expected, double actual, double allowed) {
    if (!(Math.abs(expected - actual) <= allowed) && expected != actual) {
      throw new AssertionError(
          "%s, number %d: %s, not %s (allowed is a difference of %s)"
              .formatted(what, at, actual, expected, allowed));
    }
  }

  /// Equal as numbers: 0 and −0 are, and so are two NaN.
  static void equal(String what, float[] expected, float[] actual) {
    for (int i = 0; i < expected.length; i++) {
      if (expected[i] != actual[i] && !(Float.isNaN(expected[i]) && Float.isNaN(actual[i]))) {
        throw new AssertionError(
            "%s, number %d: %s, not %s".formatted(what, i, actual[i], expected[i]));
      }
    }
  }

  /// Nothing was written but to the target.
  static void untouched(String what, float[] before, float[] after, IntPredicate isTarget) {
    for (int i = 0; i < before.length; i++) {
      if (!isTarget.test(i)
          && Float.floatToRawIntBits(before[i]) != Float.floatToRawIntBits(after[i])) {
        throw new AssertionError(
            "%s wrote %s to number %d, which is not its own".formatted(what, after[i], i));
      }
    }
  }
}
