package dev.reformer4j.bench;

import java.time.Duration;
import java.util.Arrays;

/// The same work again and again.
public final class Repeated {
  private Repeated() {}

  /// Repeats work for a while, so that the compiler has seen all that matters.
  public static void repeat(Runnable work, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      work.run();
    }
  }

  /// The median time of several runs, in milliseconds.
  public static double medianMillis(Runnable work, int runs) {
    double[] ms = new double[runs];
    for (int run = 0; run < runs; run++) {
      long start = System.nanoTime();
      work.run();
      ms[run] = (System.nanoTime() - start) / 1e6;
    }
    return median(ms);
  }

  /// The middle of some numbers, or the mean of the two in the middle.
  public static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
