package dev.reformer4j.layer;

import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.WeightDropout;
import dev.reformer4j.kernel.CounterRandom;
import java.util.Optional;

/// The random draws of one pass in training. They have addresses, not a history: the recomputation
/// in a backward pass and a resumed run see the same ones, on any number of threads.
public final class Draws {
  /// Nothing is drawn: inference.
  public static final Draws NONE = new Draws(false, false, 0);

  private final boolean active;
  private final boolean rotates;
  private final long key;

  private Draws(boolean active, boolean rotates, long key) {
    this.active = active;
    this.rotates = rotates;
    this.key = key;
  }

  /// The draws of one sequence in one step.
  public static Draws of(long seed, long step, int sequence) {
    long key = CounterRandom.split(CounterRandom.key(seed), step);
    return new Draws(true, false, CounterRandom.split(key, sequence));
  }

  /// The same, and new rotations for every LSH layer too, so that a model learns to be found by any
  /// (as the paper trains) and not by its own alone.
  public Draws withRotations() {
    return active ? new Draws(true, true, key) : this;
  }

  /// Whether there is anything to draw.
  public boolean isActive() {
    return active;
  }

  /// The draws of one part of the model, by its name.
  Draws of(String part) {
    return active ? new Draws(true, rotates, CounterRandom.split(key, part)) : this;
  }

  /// Whether a number is dropped.
  ///
  /// @param index its address among those of this part
  boolean drops(long index, double rate) {
    return CounterRandom.uniform(key, index) < rate;
  }

  /// Dropout of the attention weights of one layer, by its name; empty in inference.
  Optional<WeightDropout> weights(String layer, double rate) {
    return active && rate > 0
        ? Optional.of(new WeightDropout(rate, CounterRandom.split(of(layer).key, "weights")))
        : Optional.empty();
  }

  /// The rotations of one LSH layer, by its name; empty if it has its own.
  Optional<Rotations> rotations(String layer) {
    return rotates
        ? Optional.of(Rotations.seeded(CounterRandom.split(of(layer).key, "rotations")))
        : Optional.empty();
  }
}
