package dev.reformer4j.train;

import dev.reformer4j.kernel.CounterRandom;

/// The parts of a text that are the sequences of a training, by their number.
///
/// An epoch goes through the whole text in windows that do not overlap, in a random order; every
/// epoch cuts at other places and has another order. Where a model has room for several windows,
/// each stands in one of the places at random, so that all positions are learnt.
final class Windows {
  private final long ids;
  private final int length;
  private final int places;
  private final long key;
  private final long count;

  /// A window.
  ///
  /// @param from its first id in the text
  /// @param position of that id in the model
  record Window(long from, int position) {}

  /// @param ids of the text, at least `length`
  /// @param positions of the model, at least `length`
  Windows(long ids, int length, int positions, long seed) {
    this.ids = ids;
    this.length = length;
    this.places = positions / length;
    this.key = CounterRandom.split(CounterRandom.key(seed), length);
    this.count = Math.max(1, ids / length);
  }

  /// @throws IllegalArgumentException if sequences of a length do not fit the positions
  static void requirePositions(int length, int positions) {
    if (length > positions) {
      throw new IllegalArgumentException(
          "sequences of "
              + length
              + " ids do not fit the "
              + positions
              + " positions of the model; use a length of at most as many");
    }
  }

  /// Windows of one epoch.
  long epoch() {
    return count;
  }

  Window at(long number) {
    long epochKey = CounterRandom.split(key, number / count);
    long window = new Permutation(count, epochKey).at(number % count);
    // What the windows leave over is shared out in front of them.
    long rest = ids - count * length;
    long shift = (long) (CounterRandom.uniform(epochKey, -1) * (rest + 1));
    int place = (int) (CounterRandom.uniform(epochKey, number % count) * places);
    return new Window(shift + window * length, place * length);
  }
}
