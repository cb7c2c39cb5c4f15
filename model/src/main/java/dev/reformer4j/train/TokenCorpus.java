package dev.reformer4j.train;

import dev.reformer4j.text.Encoding;
import dev.reformer4j.text.TextFile;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/// Text files as the ids of a vocabulary, held in memory. Files follow each other, each with the
/// end-of-text id behind it if the vocabulary has one.
///
/// A file is encoded in pieces that end with a line, since tokenizers slow down on long texts; the
/// text may be cut between pieces.
public final class TokenCorpus implements Corpus {
  /// Pieces of a text, unless they would be too short or too long to encode well.
  private static final int PIECES = 256;

  private static final int SHORTEST_PIECE = 1 << 12;
  private static final int LONGEST_PIECE = 1 << 18;

  private final int[] ids;
  private final long[] cutIds;
  private final long[] cutBytes;
  private final String fingerprint;

  /// @param cutIds where the ids of every piece begin, and their end
  /// @param cutBytes the bytes before each
  private TokenCorpus(int[] ids, long[] cutIds, long[] cutBytes, String fingerprint) {
    this.ids = ids;
    this.cutIds = cutIds;
    this.cutBytes = cutBytes;
    this.fingerprint = fingerprint;
  }

  /// Encodes files.
  ///
  /// @throws IOException if a file cannot be read, or is not UTF-8
  /// @throws IllegalArgumentException if there are more ids than an array holds
  public static TokenCorpus encode(List<Path> files, Vocabulary vocabulary) throws IOException {
    Building building = new Building(vocabulary);
    for (Path file : files) {
      building.add(TextFile.read(file));
    }
    return building.corpus();
  }

  /// A corpus that grows.
  private static final class Building {
    private final Vocabulary vocabulary;
    private final List<Long> cutIds = new ArrayList<>();
    private final List<Long> cutBytes = new ArrayList<>();
    private final CRC32C sum = new CRC32C();
    private int[] ids = new int[1 << 16];
    private int count;
    private long bytes;

    Building(Vocabulary vocabulary) {
      this.vocabulary = vocabulary;
    }

    void add(String text) {
      int piece = Math.clamp(text.length() / PIECES, SHORTEST_PIECE, LONGEST_PIECE);
      int from = 0;
      while (from < text.length()) {
        int to = endOfPiece(text, from, piece);
        addPiece(text.substring(from, to));
        from = to;
      }
      vocabulary.eosId().ifPresent(eos -> add(new int[] {eos}));
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

    /// The text may be cut here. Of two places without an id between them, the later one.
    private void cut() {
      if (!cutIds.isEmpty() && cutIds.getLast() == count) {
        cutBytes.set(cutBytes.size() - 1, bytes);
        return;
      }
      cutIds.add((long) count);
      cutBytes.add(bytes);
    }

    private void addPiece(String piece) {
      cut();
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

    private void add(int[] more) {
      if (more.length > Integer.MAX_VALUE - 16 - count) {
        throw new IllegalArgumentException(
            "the data have more than 2^31 ids; train on a part of them at a time");
      }
      if (count + more.length > ids.length) {
        ids =
            Arrays.copyOf(ids, (int) Math.min(Integer.MAX_VALUE - 16, 2L * (count + more.length)));
      }
      System.arraycopy(more, 0, ids, count, more.length);
      count += more.length;
    }

    TokenCorpus corpus() {
      cut();
      String fingerprint =
          "%d ids of %d bytes, CRC-32C %x, %s of %d"
              .formatted(count, bytes, sum.getValue(), vocabulary.kind(), vocabulary.size());
      return new TokenCorpus(
          Arrays.copyOf(ids, count), array(cutIds), array(cutBytes), fingerprint);
    }

    private static long[] array(List<Long> numbers) {
      return numbers.stream().mapToLong(Long::longValue).toArray();
    }
  }

  @Override
  public long length() {
    return ids.length;
  }

  @Override
  public void read(long from, int[] into) {
    Objects.checkFromIndexSize(from, into.length, length());
    System.arraycopy(ids, (int) from, into, 0, into.length);
  }

  @Override
  public long cutBefore(long id) {
    return cutIds[cutAt(id)];
  }

  @Override
  public long bytesBefore(long cut) {
    return cutBytes[cutAt(cut)];
  }

  /// The last cut at or before an id.
  private int cutAt(long id) {
    int found = Arrays.binarySearch(cutIds, id);
    return found >= 0 ? found : -found - 2;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  /// Nothing to do: memory is all it has.
  @Override
  public void close() {}
}
