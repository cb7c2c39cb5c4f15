package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;

/// Where the random rotations come from. One rotation is a `[dQk, columns]` matrix of independent
/// standard normal numbers; column j and its negative are the two "goal posts" j and j + columns
/// (paper, section 3).
///
/// Rotations are drawn per (head, round) and shared over the batch.
public interface Rotations {
  /// Draws the rotations of all heads and rounds.
  ///
  /// @return `[heads, dQk, rounds, columns]`, the layout of Hugging Face
  Tensor draw(int heads, int dQk, int rounds, int columns);

  /// From a splittable counter-based generator: the numbers of one (head, round) depend on the
  /// seed, the head and the round alone, so that another number of rounds or heads leaves them as
  /// they are.
  static Rotations seeded(long seed) {
    return new SeededRotations(seed);
  }

  /// What `hash_seed` gives in Hugging Face: `torch.manual_seed(seed); torch.randn(heads, dQk,
  /// rounds, columns)`.
  static Rotations torch(long seed) {
    return new TorchRotations(seed);
  }

  /// The caller's own.
  ///
  /// @param rotations `[heads, dQk, rounds, columns]`; any other shape asked for is an error
  /// @throws IllegalArgumentException if they have not four axes
  static Rotations of(Tensor rotations) {
    return new GivenRotations(rotations);
  }
}
