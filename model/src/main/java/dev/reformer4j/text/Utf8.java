package dev.reformer4j.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Places in a text, counted in bytes of UTF-8 or in characters of Unicode, as the native libraries
/// count, become those of a `String`.
final class Utf8 {
  private Utf8() {}

  /// How many bytes the character has that begins with this one.
  static int length(byte first) {
    // 0xxxxxxx, 110xxxxx, 1110xxxx, 11110xxx
    return first >= 0 ? 1 : Integer.numberOfLeadingZeros(~(first << 24));
  }

  /// Whether bytes are UTF-8 throughout.
  static boolean isValid(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }

  /// For every byte of `text`, and for its end, where the character that it is in begins.
  static int[] bytePlaces(String text) {
    int[] places = new int[3 * text.length() + 1];
    int bytes = 0;
    int next;
    for (int i = 0; i < text.length(); i = next) {
      int point = text.codePointAt(i);
      next = i + Character.charCount(point);
      int end = bytes + (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);
      Arrays.fill(places, bytes, end, i);
      bytes = end;
    }
    places[bytes] = text.length();
    return Arrays.copyOf(places, bytes + 1);
  }

  /// For every character of `text`, and for its end, where it begins.
  static int[] characterPlaces(String text) {
    int[] places = new int[text.length() + 1];
    int count = 0;
    for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
      places[count++] = i;
    }
    places[count++] = text.length();
    return Arrays.copyOf(places, count);
  }
}
