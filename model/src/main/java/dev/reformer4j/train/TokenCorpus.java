package dev.reformer4j.train;

import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Text files as the ids of a vocabulary, held in memory. Files follow each other, each with the
/// end-of-text id behind it if the vocabulary has one. An [IdFile] holds more, and stays on the
/// disk.
public final class TokenCorpus implements Corpus {
  private static final int MOST = Integer.MAX_VALUE - 16;

  private final int[] ids;
  private final Cuts cuts;
  private final String fingerprint;

  private TokenCorpus(int[] ids, Cuts cuts, String fingerprint) {
    this.ids = ids;
    this.cuts = cuts;
    this.fingerprint = fingerprint;
  }

  /// Encodes files.
  ///
  /// @throws IOException if a file cannot be read, or is not UTF-8
  /// @throws IllegalArgumentException if there are more ids than an array holds
  public static TokenCorpus encode(List<Path> files, Vocabulary vocabulary) throws IOException {
    Growing growing = new Growing();
    PieceEncoder encoder = new PieceEncoder(vocabulary, growing);
    encoder.encode(files);
    return new TokenCorpus(
        Arrays.copyOf(growing.ids, growing.count), growing.cuts.done(), encoder.fingerprint());
  }

  /// Ids that grow.
  private static final class Growing implements PieceEncoder.Sink {
    private final Cuts.Growing cuts = new Cuts.Growing();
    private int[] ids = new int[1 << 16];
    private int count;

    @Override
    public void cut(long bytes) {
      cuts.add(count, bytes);
    }

    @Override
    public void ids(int[] more) {
      if (more.length > MOST - count) {
        throw new IllegalArgumentException(
            "the data have more than 2^31 ids, which do not fit into memory; write them to a file"
                + " once (data --out), and train on that");
      }
      if (count + more.length > ids.length) {
        ids = Arrays.copyOf(ids, (int) Math.min(MOST, 2L * (count + more.length)));
      }
      System.arraycopy(more, 0, ids, count, more.length);
      count += more.length;
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
    return cuts.before(id);
  }

  @Override
  public long bytesBefore(long cut) {
    return cuts.bytesBefore(cut);
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  /// Nothing to do: memory is all it has.
  @Override
  public void close() {}
}
