package dev.reformer4j.train;

import java.util.Objects;

/// A part of a text, such as what is held out. It lives as long as the whole.
///
/// @param whole the text
/// @param from its first id; a place where the whole may be cut
/// @param to behind its last id; likewise, or the end
public record CorpusSlice(Corpus whole, long from, long to) implements Corpus {
  /// Checks the places.
  ///
  /// @throws IndexOutOfBoundsException if they are not in order, or outside the text
  public CorpusSlice {
    Objects.checkFromToIndex(from, to, whole.length());
  }

  @Override
  public long length() {
    return to - from;
  }

  @Override
  public void read(long first, int[] ids) {
    Objects.checkFromIndexSize(first, ids.length, length());
    whole.read(from + first, ids);
  }

  @Override
  public long cutBefore(long id) {
    return Math.max(from, whole.cutBefore(from + id)) - from;
  }

  @Override
  public long bytesBefore(long cut) {
    return whole.bytesBefore(from + cut) - whole.bytesBefore(from);
  }

  @Override
  public String fingerprint() {
    return "ids " + from + " to " + to + " of " + whole.fingerprint();
  }

  /// Nothing to do: the whole is closed by itself.
  @Override
  public void close() {}
}
