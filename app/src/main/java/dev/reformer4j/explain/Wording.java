package dev.reformer4j.explain;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Small pieces of sentences, the same whatever the locale.
public final class Wording {
  private Wording() {}

  /// `1 round`, `4 rounds`, `65,536 queries`.
  public static String count(long count, String noun) {
    String plural = noun.endsWith("ry") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? noun : plural);
  }

  /// `83.1%`, `99.97%`, `0.04%`; `100%` only where nothing is missing, and `0%` only where nothing
  /// is there.
  public static String percent(double share) {
    double percent = 100 * share;
    if (percent == 0) {
      return "0%";
    }
    if (percent < 0.01) {
      return "<0.01%";
    }
    if (percent > 99.99 && percent < 100 - 1e-9) {
      return ">99.99%";
    }
    boolean fine = percent < 10 || (percent > 99.9 && percent < 100 - 1e-9);
    String said = String.format(Locale.ROOT, fine ? "%.2f" : "%.1f", percent);
    return (said.equals("100.0") || said.equals("100.00") ? "100" : said) + "%";
  }

  /// Two decimals.
  static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /// `64` or `32 × 64`.
  static String factors(int[] factors) {
    return Arrays.stream(factors).mapToObj(Integer::toString).collect(Collectors.joining(" × "));
  }

  /// `1 2 4`, counted from 1 as people do; an array of all rounds reads `all`.
  static String rounds(List<Integer> rounds, int all) {
    return rounds.size() == all && all > 1
        ? "all"
        : rounds.stream().map(r -> Integer.toString(r + 1)).collect(Collectors.joining(" "));
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
