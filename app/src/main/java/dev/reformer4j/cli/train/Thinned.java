package dev.reformer4j.cli.train;

import java.util.Arrays;

/// A number of every step, so thinned that a run of any length has at most some hundred places.
///
/// A place stands for `width` steps in a row, and knows their mean and extremes. When there are too
/// many places, neighbours become one; so what it holds follows from the numbers alone, and not
/// from when they came.
final class Thinned {
  private static final int MOST = 500;

  /// A smoothed number is a mean over about that share of all places on each side.
  private static final int SMOOTHNESS = 30;

  private long width = 1;
  private int places;
  private final double[] weights = new double[MOST];
  private final double[] sums = new double[MOST];
  private final double[] steps = new double[MOST];
  private final double[] least = new double[MOST];
  private final double[] most = new double[MOST];

  Thinned() {
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    Arrays.fill(most, Double.NEGATIVE_INFINITY);
  }

  /// Adds the number of a step.
  void add(long step, double value) {
    add(step, value, 1);
  }

  /// Adds the number of a step, unless it is not finite.
  ///
  /// @param step counted from 1
  /// @param weight in the mean
  void add(long step, double value, double weight) {
    if (!Double.isFinite(value) || !(weight > 0)) {
      return;
    }
    while ((step - 1) / width >= MOST) {
      halve();
    }
    int place = (int) ((step - 1) / width);
    places = Math.max(places, place + 1);
    weights[place] += weight;
    sums[place] += weight * value;
    steps[place] += weight * step;
    least[place] = Math.min(least[place], value);
    most[place] = Math.max(most[place], value);
  }

  private void halve() {
    for (int i = 0; i < MOST; i++) {
      double weight = weights[i];
      double sum = sums[i];
      double step = steps[i];
      double low = least[i];
      double high = most[i];
      weights[i] = 0;
      sums[i] = 0;
      steps[i] = 0;
      least[i] = Double.POSITIVE_INFINITY;
      most[i] = Double.NEGATIVE_INFINITY;
      weights[i / 2] += weight;
      sums[i / 2] += sum;
      steps[i / 2] += step;
      least[i / 2] = Math.min(least[i / 2], low);
      most[i / 2] = Math.max(most[i / 2], high);
    }
    places = (places + 1) / 2;
    width *= 2;
  }

  /// Whether nothing was added.
  boolean isEmpty() {
    return places == 0;
  }

  /// A line.
  ///
  /// @param x steps
  /// @param y numbers, NaN where there is none
  record Line(double[] x, double[] y) {
    /// The last number; NaN if there is none.
    double last() {
      return y.length == 0 ? Double.NaN : y[y.length - 1];
    }
  }

  /// A line through all numbers, or, where a place stands for several, through its extremes.
  Line raw() {
    if (width == 1) {
      return mean();
    }
    double[] x = new double[2 * places];
    double[] y = new double[2 * places];
    for (int i = 0; i < places; i++) {
      boolean down = i % 2 == 1; // so that neighbours are joined above, then below
      x[2 * i] = steps[i] / weights[i];
      x[2 * i + 1] = x[2 * i];
      y[2 * i] = weights[i] == 0 ? Double.NaN : down ? most[i] : least[i];
      y[2 * i + 1] = weights[i] == 0 ? Double.NaN : down ? least[i] : most[i];
    }
    return new Line(x, y);
  }

  /// The means of all places.
  Line mean() {
    return smoothed(0);
  }

  /// The means, each over its neighbours too, nearer ones weighing more. The first has none, so
  /// that the line begins where the numbers do.
  Line smoothed() {
    return smoothed(places / SMOOTHNESS);
  }

  private Line smoothed(int radius) {
    double[] x = new double[places];
    double[] y = new double[places];
    for (int i = 0; i < places; i++) {
      int reach = Math.min(radius, i);
      double sum = 0;
      double weight = 0;
      for (int j = i - reach; j <= Math.min(places - 1, i + reach); j++) {
        double near = reach + 1.0 - Math.abs(i - j);
        sum += near * sums[j];
        weight += near * weights[j];
      }
      x[i] = weights[i] == 0 ? Double.NaN : steps[i] / weights[i];
      y[i] = weights[i] == 0 ? Double.NaN : sum / weight;
    }
    return new Line(x, y);
  }
}
