package dev.reformer4j.cli;

import java.util.Locale;
import java.util.stream.Collectors;

/// Numbers and lines as people read them; the same whatever the locale.
public final class Say {
  private Say() {}

  /// `6.0 GiB`, `64 MiB`, `812 bytes`.
  public static String bytes(double bytes) {
    if (bytes < 1024) {
      return Math.round(bytes) + " bytes";
    }
    String[] units = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    int unit = -1;
    double value = bytes;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }

  /// `1,048,576`.
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /// `12 h`, `7.5 min`, `2.31 s`, `83 ms`, `0.42 ms`: three figures are as much as a stopwatch on a
  /// shared machine can say.
  public static String seconds(double seconds) {
    if (seconds >= 2 * 3600) {
      return figures(seconds / 3600) + " h";
    }
    if (seconds >= 120) {
      return figures(seconds / 60) + " min";
    }
    return seconds >= 1 ? figures(seconds) + " s" : figures(seconds * 1000) + " ms";
  }

  /// Three significant figures without an exponent.
  public static String figures(double value) {
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  /// A message on one line: line breaks and other control characters, which a file name or a tensor
  /// name may hold, become spaces.
  static String oneLine(String message) {
    return message
        .lines()
        .map(String::strip)
        .collect(Collectors.joining(" "))
        .replaceAll("\\p{Cntrl}", " ");
  }

  /// With a small first letter, unless it begins an acronym.
  static String lowerFirst(String message) {
    boolean word = message.length() > 1 && Character.isLowerCase(message.charAt(1));
    return word ? Character.toLowerCase(message.charAt(0)) + message.substring(1) : message;
  }
}
