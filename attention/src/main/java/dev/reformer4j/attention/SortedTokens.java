package dev.reformer4j.attention;

import dev.reformer4j.kernel.KeyBlock;
import dev.reformer4j.tensor.Tensor;

/// A stretch of one head's tokens as they stand in the bucket order of a round: what a machine
/// holds that has a part of a sequence. Where rounds follow each other in a ring (see
/// [Chunking#CHUNKED]) the stretch may go over the end of one into the next, and may hold a token
/// once for each.
///
/// The arrays are not copied, and must not be changed.
///
/// @param qk `[n, dQk]` shared queries and keys
/// @param value `[n, dV]`
/// @param position `[n]` where each stands in its sequence, from 0
/// @param bucket `[n]` one number for each (round, bucket), the same for tokens that share it
/// @param chunkStart where the chunks begin, the first at 0; empty with sliding windows
public record SortedTokens(
    Tensor qk, Tensor value, int[] position, int[] bucket, int[] chunkStart) {
  /// Checks shapes and chunks.
  ///
  /// @throws IllegalArgumentException if they do not fit each other, or a position is negative
  public SortedTokens {
    int n = position.length;
    if (n == 0
        || qk.rank() != 2
        || value.rank() != 2
        || qk.dim(0) != n
        || value.dim(0) != n
        || bucket.length != n) {
      throw new IllegalArgumentException(
          "vectors "
              + qk
              + ", values "
              + value
              + ", "
              + n
              + " positions and "
              + bucket.length
              + " buckets do not fit; give [n, dQk], [n, dV], [n] and [n], n at least 1");
    }
    for (int place : position) {
      if (place < 0 || place == KeyBlock.UNSEEN) {
        throw new IllegalArgumentException(
            "position " + place + " is not one of a token; they count from 0");
      }
    }
    for (int chunk = 0; chunk < chunkStart.length; chunk++) {
      int least = chunk == 0 ? 0 : chunkStart[chunk - 1] + 1;
      if (chunkStart[chunk] < least || chunkStart[chunk] >= n || chunkStart[0] != 0) {
        throw new IllegalArgumentException(
            "chunk "
                + chunk
                + " begins at "
                + chunkStart[chunk]
                + "; chunks must begin at 0, each after the one before it, and below "
                + n);
      }
    }
  }

  /// How many there are.
  public int n() {
    return position.length;
  }
}
