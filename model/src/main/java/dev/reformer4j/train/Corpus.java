package dev.reformer4j.train;

import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A long text as ids, read where it is needed.
public interface Corpus extends AutoCloseable {
  /// How many ids it has.
  long length();

  /// Copies ids `from …` into the array, as many as it holds.
  ///
  /// @throws TrainingStopped if the data cannot be read any more, or have changed
  /// @throws IndexOutOfBoundsException if there are not so many
  void read(long from, int[] ids);

  /// The last place at or before an id where the text may be cut so that the bytes of both parts
  /// are known.
  long cutBefore(long id);

  /// Bytes of text that stand before a place where it may be cut, or before its end.
  long bytesBefore(long cut);

  /// Bytes of text that stand behind it, for bits per byte.
  default long bytes() {
    return bytesBefore(length());
  }

  /// Ids of one byte of text: what bits per id are multiplied by to get bits per byte.
  default double idsPerByte() {
    return length() / (double) bytes();
  }

  /// What tells it from another text: its length and a hash of its content. A run is only resumed
  /// on the data that it began with.
  String fingerprint();

  /// How much text became how many ids.
  ///
  /// @param files how many
  /// @param bytes of UTF-8
  /// @param ids those of ends of files included
  /// @param unknown ids that say that the vocabulary has none
  /// @param longestLine in characters
  /// @param longestFile in ids
  record Counts(
      int files, long bytes, long ids, long unknown, long longestLine, long longestFile) {}

  /// Encodes files only to count.
  ///
  /// @throws IOException if one cannot be read, or is not UTF-8
  static Counts count(List<Path> files, Vocabulary vocabulary) throws IOException {
    PieceEncoder encoder =
        new PieceEncoder(
            vocabulary,
            new PieceEncoder.Sink() {
              @Override
              public void cut(long bytes) {}

              @Override
              public void ids(int[] ids) {}
            });
    encoder.encode(files);
    return encoder.counts(files.size());
  }

  @Override
  void close();
}
