package dev.reformer4j.train;

import java.util.Arrays;

/// Windows of a text, each to be continued at every position: the target is the next id. They are
/// [Windows], in their order.
public final class CausalExamples implements Examples {
  private final Corpus corpus;
  private final int length;
  private final Windows windows;

  /// @param length ids of one sequence
  /// @param positions of the model; the sequences stand at multiples of their length among them
  /// @throws IllegalArgumentException if the text is not longer than a sequence, or a sequence
  ///   longer than the positions
  public CausalExamples(Corpus corpus, int length, int positions, long seed) {
    if (length < 1 || corpus.length() <= length) {
      throw new IllegalArgumentException(
          "a text of "
              + corpus.length()
              + " ids is too short for sequences of "
              + length
              + ", which need one more to predict; give more text, or a length from 1 to "
              + (corpus.length() - 1));
    }
    Windows.requirePositions(length, positions);
    this.corpus = corpus;
    this.length = length;
    this.windows = new Windows(corpus.length() - 1, length, positions, seed);
  }

  @Override
  public long epoch() {
    return windows.epoch();
  }

  @Override
  public Example example(long number) {
    Windows.Window window = windows.at(number);
    int[] read = new int[length + 1];
    corpus.read(window.from(), read);
    return new Example(
        Arrays.copyOf(read, length), Arrays.copyOfRange(read, 1, length + 1), window.position());
  }
}
