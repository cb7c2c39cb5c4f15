package dev.reformer4j.spark;

import java.util.List;
import java.util.Locale;

/// A model of the time that [ScaleMeasure] has measured: `seconds = start + each · tokens /
/// executors`, by least squares of the relative errors, and what it foretells.
final class ScaleFit {
  private ScaleFit() {}

  /// Prints the results as a table of Markdown, and the model.
  ///
  /// @param lines `executors memory tokens seconds rows bytes spilled library`
  static void print(List<String> lines) {
    String row = "| %s | %s | %s | %s | %s | %s | %s | %s |%n";
    System.out.printf(
        row, "tokens", "executors", "memory", "seconds", "library", "rows", "bytes", "spilled");
    System.out.printf(row, "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:");
    // The normal equations of (start + each x) / seconds = 1.
    double ones = 0;
    double mixed = 0;
    double squares = 0;
    double right = 0;
    double rightX = 0;
    for (String line : lines) {
      String[] part = line.split(" ", -1);
      double seconds = Double.parseDouble(part[3]);
      double x = share(part);
      ones += 1 / (seconds * seconds);
      mixed += x / (seconds * seconds);
      squares += x * x / (seconds * seconds);
      right += 1 / seconds;
      rightX += x / seconds;
      System.out.printf(
          Locale.ROOT,
          row,
          "%,d".formatted(Integer.parseInt(part[2])),
          part[0],
          part[1],
          part[3],
          part[7],
          part[4],
          part[5],
          "%.1f GiB".formatted(Long.parseLong(part[6]) * 0x1p-30));
    }
    double determinant = ones * squares - mixed * mixed;
    double start = (right * squares - rightX * mixed) / determinant;
    double each = (ones * rightX - mixed * right) / determinant;
    System.out.printf(
        Locale.ROOT,
        "%nseconds = %.1f + %.3g * tokens / executors; its error is at most %.0f %%%n",
        start,
        each,
        100
            * lines.stream()
                .map(line -> line.split(" ", -1))
                .mapToDouble(part ->
                    Math.abs((start + each * share(part)) / Double.parseDouble(part[3]) - 1))
                .max()
                .orElse(0));
    System.out.printf(
        Locale.ROOT,
        "foretold, not measured: 100,000,000 tokens on 100 executors in %.0f s%n",
        start + each * 1e6);
  }

  private static double share(String[] part) {
    return Double.parseDouble(part[2]) / Double.parseDouble(part[0]);
  }
}
