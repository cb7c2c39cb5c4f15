package dev.reformer4j.train;

import java.util.Objects;

/// A whole text from its begin to its end, in sequences that do not overlap, the last as long as is
/// left, with the same ids hidden every time: to be asked about.
///
/// @param corpus the text
/// @param length ids of a sequence
/// @param masking hides them
public record MaskedText(Corpus corpus, int length, Masking masking) implements Examples {
  /// Checks the length.
  ///
  /// @throws IllegalArgumentException if it is below 1, or there is no text
  public MaskedText {
    Rule.require(length >= 1, "length", length, "at least 1");
    Rule.require(corpus.length() >= 1, "text of ids", corpus.length(), "of at least one id");
  }

  @Override
  public long epoch() {
    return Math.ceilDiv(corpus.length(), length);
  }

  /// @throws IndexOutOfBoundsException if the text has no such sequence
  @Override
  public Example example(long number) {
    Objects.checkIndex(number, epoch());
    long from = number * length;
    int[] ids = new int[(int) Math.min(length, corpus.length() - from)];
    corpus.read(from, ids);
    return masking.apply(ids, 0, Masking.fixedKey(number));
  }
}
