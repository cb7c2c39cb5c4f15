package dev.reformer4j.text;

/// A part of a text: its characters from `begin` to before `end`.
public record Span(int begin, int end) {
  /// @throws IllegalArgumentException if it begins before 0 or ends before it begins
  public Span {
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException(
          "a span from "
              + begin
              + " to "
              + end
              + " is none; it begins at 0 or later, and ends no"
              + " earlier than it begins");
    }
  }

  /// The characters of `text` that it covers.
  public String of(String text) {
    return text.substring(begin, end);
  }
}
