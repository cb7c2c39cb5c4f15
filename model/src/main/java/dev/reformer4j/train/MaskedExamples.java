package dev.reformer4j.train;

import dev.reformer4j.kernel.CounterRandom;

/// Parts of a text in which some ids are hidden, to be guessed from both sides. Other ids in every
/// epoch ([Windows], [Masking]).
public final class MaskedExamples implements Examples {
  private final Corpus corpus;
  private final int length;
  private final Masking masking;
  private final Windows windows;
  private final long key;

  /// @param length ids of one sequence
  /// @param positions of the model; the sequences stand at multiples of their length among them
  /// @throws IllegalArgumentException if the text is shorter than a sequence, or a sequence longer
  ///   than the positions
  public MaskedExamples(Corpus corpus, int length, int positions, Masking masking, long seed) {
    if (length < 1 || corpus.length() < length) {
      throw new IllegalArgumentException(
          "a text of "
              + corpus.length()
              + " ids is too short for sequences of "
              + length
              + "; give more text, or a length from 1 to "
              + corpus.length());
    }
    Windows.requirePositions(length, positions);
    this.corpus = corpus;
    this.length = length;
    this.masking = masking;
    this.windows = new Windows(corpus.length(), length, positions, seed);
    this.key = CounterRandom.split(CounterRandom.key(seed), "masks");
  }

  @Override
  public long epoch() {
    return windows.epoch();
  }

  @Override
  public Example example(long number) {
    Windows.Window window = windows.at(number);
    int[] ids = new int[length];
    corpus.read(window.from(), ids);
    return masking.apply(ids, window.position(), CounterRandom.split(key, number));
  }
}
