package dev.reformer4j.train;

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

  @Override
  void close();
}
