package dev.reformer4j.cli.train;

import java.util.Locale;

/// Tasks by their names on the command line.
enum TaskName {
  CAUSAL,
  DUPLICATION;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
