package dev.reformer4j.text;

/// A `String` may hold half of a surrogate pair, which is no character and has no bytes in UTF-8.
final class Surrogates {
  private Surrogates() {}

  /// Whether there is no such half.
  static boolean arePaired(String text) {
    return firstUnpaired(text) < 0;
  }

  /// @throws IllegalArgumentException if there is such a half
  static void requirePaired(String text) {
    int place = firstUnpaired(text);
    if (place >= 0) {
      throw new IllegalArgumentException(
          "character %d of the text is U+%04X, half of a surrogate pair without the other, which is"
                  .formatted(place, (int) text.charAt(place))
              + " no text; remove it, or replace it by U+FFFD");
    }
  }

  private static int firstUnpaired(String text) {
    int next;
    for (int i = 0; i < text.length(); i = next) {
      int point = text.codePointAt(i);
      next = i + Character.charCount(point);
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        return i;
      }
    }
    return -1;
  }
}
