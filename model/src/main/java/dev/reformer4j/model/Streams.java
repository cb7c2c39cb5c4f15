package dev.reformer4j.model;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Draws;
import dev.reformer4j.layer.Embeddings;
import dev.reformer4j.layer.Pass;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/// Both streams of one sequence at the bottom of the stack, and the pass that takes them up.
///
/// With chunked LSH attention the sequence is padded as Hugging Face pads it in evaluation. That is
/// not invisible: chunks of another length fall elsewhere, and the first chunk of a round looks
/// back to the last of the round before. Sliding windows do not care for lengths, and get no
/// padding.
///
/// @param first `[padded, dModel]`
/// @param second `[padded, dModel]`, the same numbers
/// @param pass in which nobody sees the padding, neither the caller's nor what was added behind it
record Streams(Tensor first, Tensor second, Pass pass) {
  /// Embeds a sequence.
  ///
  /// @param at position of its first token
  /// @param mask `[n]`, true for a token and false for padding
  /// @throws IllegalArgumentException if the mask is not as long as the ids, or there is no room
  ///   for so many
  static Streams of(
      ReformerConfig config,
      Embeddings embeddings,
      int[] ids,
      int at,
      Optional<boolean[]> mask,
      Draws draws,
      Workers workers) {
    checkRoom(config, ids.length);
    int padded = paddedLength(config, ids.length);
    Pass pass = pass(ids.length, padded, mask, workers).withDraws(draws);
    Tensor first = Tensor.zeros(padded, config.dModel());
    embeddings.forward(ids, at, first, pass);
    return new Streams(first, first.copy(), pass);
  }

  /// The length that `n` tokens are computed at.
  static int paddedLength(ReformerConfig config, int n) {
    return config.chunking() == Chunking.CHUNKED ? config.paddedLength(n) : n;
  }

  /// Checks that what a layer holds of `n` tokens fits arrays, before any work is done.
  ///
  /// @throws IllegalArgumentException if it does not
  static void checkRoom(ReformerConfig config, int n) {
    long heads = (long) config.heads() * config.headSize();
    Ids.checkRoom(paddedLength(config, n), Math.max(config.dModel(), heads));
  }

  private static Pass pass(int n, int padded, Optional<boolean[]> mask, Workers workers) {
    if (mask.isPresent() && mask.get().length != n) {
      throw new IllegalArgumentException(
          "a mask of "
              + mask.get().length
              + " tokens does not fit "
              + n
              + " ids; give one truth value for each");
    }
    Pass pass = Pass.over(workers);
    if (mask.isEmpty() && padded == n) {
      return pass;
    }
    boolean[] real = new boolean[padded];
    Arrays.fill(real, 0, n, true);
    mask.ifPresent(given -> System.arraycopy(given, 0, real, 0, n));
    return pass.withMask(real);
  }

  /// The largest difference to other streams, relative to the largest number in these.
  double distance(Streams other) {
    float[] mine = first.data();
    float[] first = other.first.data();
    float[] second = other.second.data();
    float largest = Float.MIN_NORMAL;
    float apart = 0;
    for (int i = 0; i < mine.length; i++) {
      largest = Math.max(largest, Math.abs(mine[i]));
      float difference = Math.max(Math.abs(mine[i] - first[i]), Math.abs(mine[i] - second[i]));
      apart = Math.max(apart, difference);
    }
    return apart / largest;
  }
}
