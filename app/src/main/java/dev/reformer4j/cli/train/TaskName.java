package dev.reformer4j.cli.train;

import dev.reformer4j.model.HeadKind;
import java.util.Locale;

/// Tasks by their names on the command line.
enum TaskName {
  CAUSAL,
  MASKED,
  CLASSIFICATION,
  DUPLICATION;

  /// The head that does it.
  HeadKind head() {
    return switch (this) {
      case CAUSAL, DUPLICATION -> HeadKind.LANGUAGE_MODEL;
      case MASKED -> HeadKind.MASKED_LANGUAGE_MODEL;
      case CLASSIFICATION -> HeadKind.CLASSIFICATION;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
