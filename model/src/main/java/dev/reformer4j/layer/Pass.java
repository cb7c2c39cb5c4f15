package dev.reformer4j.layer;

import dev.reformer4j.attention.Workers;
import java.util.Optional;

/// What one pass over a sequence runs with, beside the numbers.
///
/// @param workers the threads
/// @param draws random numbers in training; [Draws#NONE] in inference
/// @param mask `[n]`, true for a token and false for padding that no token may see; empty if every
///   token is real
/// @param spare arrays for what lives through a layer, or is kept for the way back
public record Pass(Workers workers, Draws draws, Optional<boolean[]> mask, SpareArrays spare) {
  /// A pass over real tokens only.
  public static Pass over(Workers workers) {
    return new Pass(workers, Draws.NONE, Optional.empty(), new SpareArrays());
  }

  /// The same with padding.
  public Pass withMask(boolean[] mask) {
    return new Pass(workers, draws, Optional.of(mask), spare);
  }

  /// The same in training.
  public Pass withDraws(Draws draws) {
    return new Pass(workers, draws, mask, spare);
  }

  /// The same with arrays that another pass has left.
  public Pass withSpare(SpareArrays spare) {
    return new Pass(workers, draws, mask, spare);
  }
}
