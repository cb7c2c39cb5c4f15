package dev.reformer4j.train;

/// A long text as ids, read where it is needed.
public interface Corpus extends AutoCloseable {
  /// How many ids it has.
  long length();

  /// Copies ids `from …` into the array, as many as it holds.
  ///
  /// @throws IndexOutOfBoundsException if there are not so many
  void read(long from, int[] ids);

  /// Bytes of UTF-8 text that stand behind it, for bits per byte.
  long bytes();

  /// What tells it from another text: its length and a hash of its content. A run is only resumed
  /// on the data that it began with.
  String fingerprint();

  @Override
  void close();
}
