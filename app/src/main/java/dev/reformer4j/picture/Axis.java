package dev.reformer4j.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One axis of a chart: which numbers it spans, where each of them is, and which are written beside
/// it.
///
/// @param low the number at its beginning
/// @param high the number at its end, above `low`
/// @param logarithmic whether equal ratios are equally long
/// @param ticks numbers that are written, in order
record Axis(double low, double high, boolean logarithmic, List<Double> ticks) {
  /// First digits of the ticks of a logarithmic axis, from few to many.
  private static final double[][] DIGITS = {
    {1}, {1, 3}, {1, 2, 5}, {1, 1.5, 2, 3, 5, 7}, {1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8}
  };

  private static final int FEWEST = 5;

  /// The most ratio that a logarithmic axis spans; what is smaller stands at its foot.
  private static final double MOST_RATIO = 1e12;

  /// An axis of equal steps that holds both numbers.
  static Axis linear(double min, double max) {
    double span = max > min ? max - min : Math.max(Math.abs(max), 1e-12);
    double step = step(span);
    double low = max > min ? Math.floor(min / step + 1e-9) * step : min - step;
    double high = max > min ? Math.ceil(max / step - 1e-9) * step : max + step;
    return new Axis(low, high, false, steps(low, high, step));
  }

  /// An axis of equal ratios that holds both numbers, which are above 0.
  static Axis logarithmic(double min, double max) {
    double least = Math.max(min, max / MOST_RATIO);
    double room = Math.max(Math.pow(max / least, 0.05), 1.02);
    double low = least / room;
    double high = max * room;
    for (double[] digits : DIGITS) {
      List<Double> ticks = ratios(low, high, digits);
      if (ticks.size() >= FEWEST) {
        return new Axis(low, high, true, everySo(ticks));
      }
    }
    return new Axis(low, high, true, steps(low, high, step(high - low)));
  }

  /// 1, 2 or 5 times a power of ten, so that about five of them make up the span.
  private static double step(double span) {
    double rough = span / 5;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double digit = rough / power;
    return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
  }

  private static List<Double> steps(double low, double high, double step) {
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  private static List<Double> ratios(double low, double high, double[] digits) {
    List<Double> ticks = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(low)); Math.pow(10, power) <= high; power++) {
      for (double digit : digits) {
        double tick = digit * Math.pow(10, power);
        if (tick >= low && tick <= high) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  /// Not more than eight.
  private static List<Double> everySo(List<Double> ticks) {
    int every = (ticks.size() + 7) / 8;
    List<Double> some = new ArrayList<>();
    for (int i = 0; i < ticks.size(); i += every) {
      some.add(ticks.get(i));
    }
    return some;
  }

  /// Where a number is: 0 at the beginning, 1 at the end; what is outside stands at the border.
  double place(double value) {
    double place =
        logarithmic
            ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
            : (value - low) / (high - low);
    return Math.clamp(place, 0, 1);
  }

  /// A tick as it is written: `0.002`, `1.5`, `20,000`, `3M`, `2e-5`.
  static String said(double value) {
    double size = Math.abs(value);
    if (size >= 1e6) {
      return plain(value / 1e6, "%,.6f") + "M";
    }
    return size > 0 && size < 1e-4
        ? String.format(Locale.ROOT, "%.1e", value).replace(".0e", "e").replace("e-0", "e-")
        : plain(value, "%,.6f");
  }

  private static String plain(double value, String format) {
    String said = String.format(Locale.ROOT, format, value).replaceFirst("\\.?0+$", "");
    return said.equals("-0") ? "0" : said;
  }
}
