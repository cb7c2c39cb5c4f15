package dev.reformer4j.text;

import dev.reformer4j.checkpoint.TensorFileException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;

/// The bytes of UTF-8: byte `b` has the id `b + 2`; 0 is padding and 1 stands for nothing, as in
/// reformer-enwik8. There are no files, and any data can be read, text or not.
///
/// Bytes that are no UTF-8 are decoded to U+FFFD, as browsers do it.
public final class ByteVocabulary implements Vocabulary {
  static final int SIZE = 258;
  static final ByteVocabulary INSTANCE = new ByteVocabulary();

  private static final int FIRST = 2;

  private ByteVocabulary() {}

  @Override
  public String kind() {
    return "bytes";
  }

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public int[] encode(String text) {
    Surrogates.requirePaired(text);
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The ids of any bytes.
  public int[] encode(byte[] bytes) {
    int[] ids = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      ids[i] = (bytes[i] & 0xFF) + FIRST;
    }
    return ids;
  }

  @Override
  public Encoding encoding(String text) {
    return encoding(text, "");
  }

  /// The ids of the two texts, with nothing between them.
  @Override
  public Encoding encoding(String first, String second) {
    int[] head = encode(first);
    int[] tail = encode(second);
    int n = Math.addExact(head.length, tail.length);
    Encoding all = new Encoding(Arrays.copyOf(head, n), new int[n], new int[n], new int[n]);
    System.arraycopy(tail, 0, all.ids(), head.length, tail.length);
    Arrays.fill(all.texts(), head.length, n, 1);
    locate(first, all, 0);
    locate(second, all, head.length);
    return all;
  }

  /// Every byte of a character comes from the whole character.
  private static void locate(String text, Encoding all, int token) {
    int next;
    for (int i = 0; i < text.length(); i = next) {
      int point = text.codePointAt(i);
      next = i + Character.charCount(point);
      int bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      Arrays.fill(all.begins(), token, token + bytes, i);
      Arrays.fill(all.ends(), token, token + bytes, next);
      token += bytes;
    }
  }

  @Override
  public String decode(int... ids) {
    return new String(decodeBytes(ids), StandardCharsets.UTF_8);
  }

  /// The bytes of some ids, text or not.
  ///
  /// @throws IllegalArgumentException if an id is not in the vocabulary
  public byte[] decodeBytes(int... ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(ids.length);
    for (int id : ids) {
      requireId(id);
      if (id >= FIRST) {
        bytes.write(id - FIRST);
      }
    }
    return bytes.toByteArray();
  }

  private static void requireId(int id) {
    if (id < 0 || id >= SIZE) {
      throw new IllegalArgumentException(
          "id " + id + " stands for no byte; ids of bytes are those from 0 to " + (SIZE - 1));
    }
  }

  @Override
  public Decoder decoder() {
    return new Decoder() {
      private final Utf8Stream text = new Utf8Stream();

      @Override
      public String push(int id) {
        requireId(id);
        return id < FIRST ? "" : text.push((byte) (id - FIRST));
      }

      @Override
      public String finish() {
        return text.finish();
      }
    };
  }

  @Override
  public OptionalInt padId() {
    return OptionalInt.of(0);
  }

  @Override
  public OptionalInt eosId() {
    return OptionalInt.empty();
  }

  /// The id that stands for nothing else.
  @Override
  public OptionalInt maskId() {
    return OptionalInt.of(1);
  }

  /// There is nothing to write: a model with 258 ids and no other vocabulary is one of bytes.
  @Override
  public void saveTo(Path directory) throws TensorFileException {
    new VocabularyCopy(Map.of()).saveTo(directory);
  }

  @Override
  public void close() {}
}
