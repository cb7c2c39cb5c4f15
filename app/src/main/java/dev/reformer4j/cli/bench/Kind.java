package dev.reformer4j.cli.bench;

import java.util.Locale;

/// The attentions that can be timed.
enum Kind {
  LSH,
  LOCAL,
  EXACT;

  /// How the time grows with the length.
  double growth(double timesAsLong) {
    return this == EXACT ? timesAsLong * timesAsLong : timesAsLong;
  }

  /// `lsh`, `local`, `exact`.
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
