package dev.reformer4j.text;

import dev.reformer4j.checkpoint.TensorFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Reads files of text, which is UTF-8 or refused.
public final class TextFile {
  /// What a `String` certainly holds.
  private static final long MOST_BYTES = Integer.MAX_VALUE - 16L;

  private TextFile() {}

  /// All of a file.
  ///
  /// @throws TensorFileException if it cannot be read, or is not UTF-8: then the sentence names the
  ///   first byte that is wrong, and the way out
  public static String read(Path file) throws TensorFileException {
    return decode(bytes(file), file);
  }

  /// All of a file, text or not.
  ///
  /// @throws TensorFileException if it cannot be read
  public static byte[] bytes(Path file) throws TensorFileException {
    try {
      if (Files.isDirectory(file)) {
        throw new TensorFileException(
            "cannot read " + file + ": it is a directory; name a file in it");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw new TensorFileException(
            "cannot read %s: it has %,d bytes and %,d are the most that fit in one text; split it"
                .formatted(file, Files.size(file), MOST_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw TensorFileException.reading(file, e);
    }
  }

  private static String decode(byte[] bytes, Path file) throws TensorFileException {
    // A whole text decodes several times faster this way; U+FFFD means that it may be wrong.
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') < 0) {
      return text;
    }
    int wrong = firstInvalid(bytes);
    if (wrong < 0) {
      return text;
    }
    throw new TensorFileException(
        String.format(
            Locale.ROOT,
            "cannot read %s as text: byte %d (0x%02X) is not UTF-8; %s",
            file,
            wrong,
            bytes[wrong],
            conversion(bytes)));
  }

  /// The place of the first byte that belongs to no character, or −1.
  private static int firstInvalid(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(8192);
    while (true) {
      CoderResult result = decoder.decode(in, out.clear(), true);
      if (result.isError()) {
        return in.position();
      }
      if (result.isUnderflow()) {
        return -1;
      }
    }
  }

  private static String conversion(byte[] bytes) {
    boolean wide =
        bytes.length >= 2
            && ((bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE)
                || (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF));
    return "convert it first, such as by iconv -f "
        + (wide ? "UTF-16" : "WINDOWS-1252")
        + " -t UTF-8";
  }
}
