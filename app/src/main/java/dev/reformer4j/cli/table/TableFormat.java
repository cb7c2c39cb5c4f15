package dev.reformer4j.cli.table;

import dev.reformer4j.cli.UserError;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// How a file holds rows.
public enum TableFormat {
  /// Fields between commas, in quotes where need be (RFC 4180).
  CSV,
  /// Fields between tabs; quotes are nothing special.
  TSV,
  /// A JSON object a line.
  JSONL;

  /// The format that was given, or the one that a file's name tells.
  ///
  /// @throws UserError if there is neither
  static TableFormat of(Path file, Optional<TableFormat> given) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return given.orElseGet(() -> {
      if (name.endsWith(".csv")) {
        return CSV;
      }
      if (name.endsWith(".tsv") || name.endsWith(".tab")) {
        return TSV;
      }
      if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
        return JSONL;
      }
      throw new UserError(
          "the name of " + file + " does not say what it is; give --format csv, tsv or jsonl");
    });
  }
}
