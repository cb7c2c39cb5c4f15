package dev.reformer4j.train;

import dev.reformer4j.text.Encoding;
import dev.reformer4j.text.TextFile;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/// Turns texts into ids, file by file, each with the end-of-text id behind it if the vocabulary has
/// one.
///
/// A file is encoded in pieces that end with a line, since tokenizers slow down on long texts; the
/// text may be cut between pieces.
final class PieceEncoder {
  /// Pieces of a text, unless they would be too short or too long to encode well.
  private static final int PIECES = 256;

  private static final int SHORTEST_PIECE = 1 << 12;
  private static final int LONGEST_PIECE = 1 << 18;

  private final Vocabulary vocabulary;
  private final OptionalInt unknown;
  private final Sink sink;
  private final CRC32C sum = new CRC32C();
  private long count;
  private long bytes;
  private long unknownCount;
  private long longestLine;
  private long longestFile;

  /// Takes what comes out, in order.
  interface Sink {
    /// The text may be cut here.
    ///
    /// @param bytes of text before
    void cut(long bytes) throws IOException;

    /// More ids.
    void ids(int[] ids) throws IOException;
  }

  PieceEncoder(Vocabulary vocabulary, Sink sink) {
    this.vocabulary = vocabulary;
    this.unknown = vocabulary.unknownId();
    this.sink = sink;
  }

  /// Encodes files.
  ///
  /// @throws IOException if one cannot be read, or is not UTF-8
  void encode(List<Path> files) throws IOException {
    for (Path file : files) {
      add(TextFile.read(file));
    }
    sink.cut(bytes);
  }

  /// What was found.
  Corpus.Counts counts(int files) {
    return new Corpus.Counts(files, bytes, count, unknownCount, longestLine, longestFile);
  }

  /// What tells these ids from others.
  String fingerprint() {
    return fingerprint(count, bytes, sum.getValue(), vocabulary);
  }

  static String fingerprint(long ids, long bytes, long checksum, Vocabulary vocabulary) {
    return "%d ids of %d bytes, CRC-32C %x, %s of %d"
        .formatted(ids, bytes, checksum, vocabulary.kind(), vocabulary.size());
  }

  /// A checksum of the texts.
  long checksum() {
    return sum.getValue();
  }

  private void add(String text) throws IOException {
    int piece = Math.clamp(text.length() / PIECES, SHORTEST_PIECE, LONGEST_PIECE);
    int from = 0;
    long before = count;
    while (from < text.length()) {
      int to = endOfPiece(text, from, piece);
      addPiece(text.substring(from, to));
      from = to;
    }
    text.lines().forEach(line -> longestLine = Math.max(longestLine, line.length()));
    if (vocabulary.eosId().isPresent()) {
      add(new int[] {vocabulary.eosId().getAsInt()});
    }
    longestFile = Math.max(longestFile, count - before);
  }

  /// Behind the first line break from a length on; in a text without any, at least not within a
  /// character.
  private static int endOfPiece(String text, int from, int piece) {
    if (text.length() - from <= piece) {
      return text.length();
    }
    int line = text.indexOf('\n', from + piece);
    int to = line >= 0 && line < from + 2L * piece ? line + 1 : from + piece;
    boolean within = to < text.length() && Character.isLowSurrogate(text.charAt(to));
    return within ? to + 1 : to;
  }

  private void addPiece(String piece) throws IOException {
    sink.cut(bytes);
    byte[] utf8 = piece.getBytes(StandardCharsets.UTF_8);
    sum.update(utf8, 0, utf8.length);
    bytes += utf8.length;
    Encoding encoding = vocabulary.encoding(piece);
    int[] found = new int[encoding.length()];
    int kept = 0;
    for (int i = 0; i < encoding.length(); i++) {
      if (encoding.texts()[i] != Encoding.SPECIAL) {
        found[kept++] = encoding.ids()[i];
      }
    }
    add(Arrays.copyOf(found, kept));
  }

  private void add(int[] ids) throws IOException {
    if (unknown.isPresent()) {
      for (int id : ids) {
        unknownCount += id == unknown.getAsInt() ? 1 : 0;
      }
    }
    sink.ids(ids);
    count += ids.length;
  }
}
