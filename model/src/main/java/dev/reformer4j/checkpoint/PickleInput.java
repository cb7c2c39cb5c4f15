package dev.reformer4j.checkpoint;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A cursor over the bytes of a pickle. Nothing is allocated before it is known to be there.
final class PickleInput {
  /// No module or class has a longer name.
  private static final int LONGEST_LINE = 1000;

  /// What Java puts in place of bytes that are no UTF-8.
  private static final char REPLACEMENT = '\uFFFD';

  private final MappedFile file;
  private final long end;
  private final byte[] window = new byte[2048];
  private int at;
  private int count;

  /// Where the window ends in the file.
  private long filled;

  PickleInput(Extent bytes) {
    this.file = bytes.file();
    this.filled = bytes.begin();
    this.end = bytes.end();
  }

  /// The offset of the next byte in the file.
  long position() {
    return filled - count + at;
  }

  /// The next byte, unsigned.
  int next() throws TensorFileException {
    if (at == count) {
      require(1);
      count = (int) Math.min(window.length, end - filled);
      file.copy(filled, window, 0, count);
      filled += count;
      at = 0;
    }
    return window[at++] & 0xFF;
  }

  /// An unsigned number of `width` ≤ 8 bytes, little-endian; one of 8 bytes may come out negative.
  long unsigned(int width) throws TensorFileException {
    long number = 0;
    for (int i = 0; i < width; i++) {
      number |= (long) next() << (8 * i);
    }
    return number;
  }

  /// So many bytes.
  byte[] bytes(long length) throws TensorFileException {
    require(length);
    byte[] bytes = new byte[(int) length];
    for (int done = 0; done < bytes.length; ) {
      bytes[done++] = (byte) next();
      int some = Math.min(count - at, bytes.length - done);
      System.arraycopy(window, at, bytes, done, some);
      at += some;
      done += some;
    }
    return bytes;
  }

  /// Passes over so many bytes.
  void skip(long length) throws TensorFileException {
    require(length);
    long within = Math.min(length, count - at);
    at += (int) within;
    filled += length - within;
    count = within == length ? count : at;
  }

  /// A text of so many bytes.
  String text(long length) throws TensorFileException {
    long start = position();
    byte[] bytes = bytes(length);
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0
        && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
      throw file.wrong("the text at byte " + start + " is not valid UTF-8; the file is damaged");
    }
    return text;
  }

  /// A text up to the end of the line.
  String line() throws TensorFileException {
    StringBuilder line = new StringBuilder();
    for (int c = next(); c != '\n'; c = next()) {
      if (line.length() == LONGEST_LINE) {
        throw file.wrong(
            "names something by more than " + LONGEST_LINE + " characters; the file is damaged");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private void require(long length) throws TensorFileException {
    long left = end - position();
    if (length < 0 || length > left || length > ElementReader.MOST) {
      throw file.wrong(
          "the pickle wants "
              + Long.toUnsignedString(length)
              + " bytes at byte "
              + position()
              + ", but only "
              + left
              + " are left; the file is truncated or damaged");
    }
  }
}
