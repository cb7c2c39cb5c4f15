package dev.reformer4j.layer;

import dev.reformer4j.kernel.CounterRandom;

/// The random draws of one pass in training. They have addresses, not a history: the recomputation
/// in a backward pass and a resumed run see the same ones, on any number of threads.
public final class Draws {
  /// Nothing is drawn: inference.
  public static final Draws NONE = new Draws(false, 0);

  private final boolean active;
  private final long key;

  private Draws(boolean active, long key) {
    this.active = active;
    this.key = key;
  }

  /// The draws of one sequence in one step.
  public static Draws of(long seed, long step, int sequence) {
    long key = CounterRandom.split(CounterRandom.key(seed), step);
    return new Draws(true, CounterRandom.split(key, sequence));
  }

  /// Whether there is anything to draw.
  public boolean isActive() {
    return active;
  }

  /// The draws of one part of the model, by its name.
  Draws of(String part) {
    return active ? new Draws(true, CounterRandom.split(key, part)) : this;
  }

  /// Whether a number is dropped.
  ///
  /// @param index its address among those of this part
  boolean drops(long index, double rate) {
    return CounterRandom.uniform(key, index) < rate;
  }
}
