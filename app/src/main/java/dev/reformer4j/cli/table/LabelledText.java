package dev.reformer4j.cli.table;

import java.nio.file.Path;

/// A text and its label.
///
/// @param file where it stands
/// @param line in which it begins, counted from 1
public record LabelledText(String text, String label, Path file, long line) {
  /// Its place, for a sentence about it.
  public String place() {
    return "line " + line + " of " + file;
  }
}
