package dev.reformer4j.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// UTF-8 that comes byte by byte. What is no UTF-8 becomes U+FFFD, as soon as that is certain.
final class Utf8Stream {
  private static final int LONGEST_CHARACTER = 4;

  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  /// The bytes of a character whose end has not come.
  private final ByteBuffer waiting = ByteBuffer.allocate(LONGEST_CHARACTER);

  /// Each waiting byte may turn out to be malformed alone.
  private final CharBuffer certain = CharBuffer.allocate(LONGEST_CHARACTER);

  /// Takes a byte, and gives the characters that it made certain.
  String push(byte next) {
    waiting.put(next).flip();
    decoder.decode(waiting, certain, false);
    waiting.compact();
    return taken();
  }

  /// Ends the text: a character without an end becomes U+FFFD.
  String finish() {
    waiting.flip();
    decoder.decode(waiting, certain, true);
    decoder.flush(certain);
    decoder.reset();
    waiting.clear();
    return taken();
  }

  private String taken() {
    String text = certain.flip().toString();
    certain.clear();
    return text;
  }
}
