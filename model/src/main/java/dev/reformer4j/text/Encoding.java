package dev.reformer4j.text;

import java.util.Objects;
import java.util.Optional;

/// The `n` ids of one text or of two, and where each comes from.
///
/// @param ids `[n]`
/// @param texts `[n]`, 0 for a token of the first text, 1 for one of the second, [#SPECIAL] for a
///   special token that was put in
/// @param begins `[n]`, where in its text a token begins; 0 for a special token
/// @param ends `[n]`, where it ends: `end − begin` characters, 0 for a token that stands for none
///   of the text, such as a space put in front
public record Encoding(int[] ids, int[] texts, int[] begins, int[] ends) {
  /// The text of a token that comes from none.
  public static final int SPECIAL = -1;

  /// @throws IllegalArgumentException if the arrays are not of one length
  public Encoding {
    if (texts.length != ids.length || begins.length != ids.length || ends.length != ids.length) {
      throw new IllegalArgumentException(
          "an encoding of %d ids has %d texts, %d begins and %d ends; give one of each for every id"
              .formatted(ids.length, texts.length, begins.length, ends.length));
    }
  }

  /// How many ids there are.
  public int length() {
    return ids.length;
  }

  /// The part of a text that some neighbouring tokens come from, without white space around it.
  ///
  /// @param text 0 for the first text, 1 for the second
  /// @param source that text
  /// @param first the first of the tokens
  /// @param last the last of them
  /// @return empty where one of them comes from elsewhere, or `last` is before `first`
  /// @throws IndexOutOfBoundsException if there are no such tokens
  public Optional<Span> span(int text, String source, int first, int last) {
    Objects.checkIndex(first, length());
    Objects.checkIndex(last, length());
    if (last < first) {
      return Optional.empty();
    }
    int begin = Integer.MAX_VALUE;
    int end = 0;
    for (int token = first; token <= last; token++) {
      if (texts[token] != text) {
        return Optional.empty();
      }
      begin = Math.min(begin, begins[token]);
      end = Math.max(end, ends[token]);
    }
    while (begin < end && Character.isWhitespace(source.charAt(begin))) {
      begin++;
    }
    while (end > begin && Character.isWhitespace(source.charAt(end - 1))) {
      end--;
    }
    return Optional.of(new Span(begin, Math.max(begin, end)));
  }
}
