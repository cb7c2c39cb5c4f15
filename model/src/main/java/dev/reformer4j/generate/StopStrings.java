package dev.reformer4j.generate;

import java.util.List;

/// Finds the end of a text that grows piece by piece: the first place where one of some strings is
/// complete. The text before that string is let through, the string itself and what follows are
/// not. What may still become such a string is held back until it is decided.
///
/// Of two strings that are complete at the same place the longer one, which begins earlier, counts.
/// So the result depends on the text alone and not on the pieces in which it comes.
final class StopStrings {
  private final List<String> strings;
  private final StringBuilder held = new StringBuilder();
  private boolean found;

  StopStrings(List<String> strings) {
    this.strings = strings;
  }

  /// Takes the next piece of the text and returns what has become certain.
  String push(String piece) {
    StringBuilder certain = new StringBuilder();
    for (int i = 0; i < piece.length() && !found; i++) {
      held.append(piece.charAt(i));
      int stop = completeLength();
      if (stop > 0) {
        found = true;
        certain.append(held, 0, held.length() - stop);
        held.setLength(0);
      } else {
        int undecided = undecidedFrom();
        certain.append(held, 0, undecided);
        held.delete(0, undecided);
      }
    }
    return certain.toString();
  }

  /// Says that the text is over, and returns what was held back.
  String finish() {
    String rest = held.toString();
    held.setLength(0);
    return rest;
  }

  /// Whether one of the strings is complete; nothing is let through any more.
  boolean found() {
    return found;
  }

  /// Whether some text waits for its decision.
  boolean holds() {
    return !held.isEmpty();
  }

  /// The length of the longest string that the held text ends with, or 0.
  private int completeLength() {
    int longest = 0;
    for (String string : strings) {
      int start = held.length() - string.length();
      if (start >= 0 && string.length() > longest && held.indexOf(string, start) == start) {
        longest = string.length();
      }
    }
    return longest;
  }

  /// Where the longest end of the held text begins that one of the strings begins with. A string
  /// that begins earlier than that is no longer possible.
  private int undecidedFrom() {
    int start = 0;
    while (start < held.length() && !beginsAString(start)) {
      start++;
    }
    return start;
  }

  private boolean beginsAString(int start) {
    String end = held.substring(start);
    return strings.stream().anyMatch(string -> string.startsWith(end));
  }
}
