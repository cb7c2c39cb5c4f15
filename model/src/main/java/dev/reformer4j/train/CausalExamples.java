package dev.reformer4j.train;

import dev.reformer4j.kernel.CounterRandom;
import java.util.Arrays;

/// Windows of a text, each to be continued at every position: the target is the next id.
///
/// An epoch goes through the whole text in windows that do not overlap, in a random order; every
/// epoch cuts at other places and has another order. Where a model has room for several windows,
/// each stands in one of the places at random, so that all positions are learnt.
public final class CausalExamples implements Examples {
  private final Corpus corpus;
  private final int length;
  private final int places;
  private final long key;
  private final long windows;

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
    if (length > positions) {
      throw new IllegalArgumentException(
          "sequences of "
              + length
              + " ids do not fit the "
              + positions
              + " positions of the model; use a length of at most as many");
    }
    this.corpus = corpus;
    this.length = length;
    this.places = positions / length;
    this.key = CounterRandom.split(CounterRandom.key(seed), length);
    this.windows = Math.max(1, (corpus.length() - 1) / length);
  }

  @Override
  public long epoch() {
    return windows;
  }

  @Override
  public Example example(long number) {
    long epochKey = CounterRandom.split(key, number / windows);
    long window = new Permutation(windows, epochKey).at(number % windows);
    // What the windows leave over is shared out in front of them.
    long rest = corpus.length() - 1 - windows * length;
    long shift = (long) (CounterRandom.uniform(epochKey, -1) * (rest + 1));
    int place = (int) (CounterRandom.uniform(epochKey, number % windows) * places);
    return at(shift + window * length, place * length);
  }

  private Example at(long from, int position) {
    int[] read = new int[length + 1];
    corpus.read(from, read);
    return new Example(
        Arrays.copyOf(read, length), Arrays.copyOfRange(read, 1, length + 1), position);
  }
}
