package dev.reformer4j.cli.read;

import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.text.TextFile;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Turns lines of text into ids that a model can take.
///
/// @param positions the most tokens of one text
/// @param truncate whether of a longer text the beginning is taken
record Texts(Vocabulary vocabulary, int positions, boolean truncate) {
  /// The lines of a file, without what ends them.
  ///
  /// @throws UserError if there are none
  static List<String> lines(Path file) throws IOException {
    List<String> lines = TextFile.read(file).lines().toList();
    if (lines.isEmpty()) {
      throw new UserError(file + " is empty; give a file with a text in every line");
    }
    return lines;
  }

  /// The ids of every line.
  ///
  /// @throws UserError about the first line that is empty or too long
  List<int[]> ids(List<String> lines) {
    List<int[]> all = new ArrayList<>();
    for (String line : lines) {
      all.add(ids(line, "line " + (all.size() + 1)));
    }
    return all;
  }

  private int[] ids(String text, String name) {
    int[] ids = text.isEmpty() ? new int[0] : encoded(text, name);
    if (ids.length == 0) {
      throw new UserError(
          name + " is empty, and a model reads one token at least; fill it, or remove it");
    }
    if (ids.length <= positions) {
      return ids;
    }
    if (!truncate) {
      throw new UserError(
          "%s has %s tokens, but this model has %s positions; shorten it, cut it into several, or give --truncate to read its beginning"
              .formatted(name, Say.count(ids.length), Say.count(positions)));
    }
    return Arrays.copyOf(ids, positions);
  }

  private int[] encoded(String text, String name) {
    try {
      return vocabulary.encode(text);
    } catch (IllegalArgumentException e) {
      throw new UserError(name + ": " + e.getMessage(), e);
    }
  }
}
