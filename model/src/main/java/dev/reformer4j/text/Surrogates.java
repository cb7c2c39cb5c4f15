package dev.reformer4j.text;

/// A `String` may hold half of a surrogate pair, which is no character and has no bytes in UTF-8.
final class Surrogates {
  private Surrogates() {}

  /// @throws IllegalArgumentException if there is such a half
  static void requirePaired(String text) {
    int next;
    for (int i = 0; i < text.length(); i = next) {
      int point = text.codePointAt(i);
      next = i + Character.charCount(point);
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        throw new IllegalArgumentException(
            "character %d of the text is U+%04X, half of a surrogate pair without the other, which is"
                    .formatted(i, point)
                + " no text; remove it, or replace it by U+FFFD");
      }
    }
  }
}
