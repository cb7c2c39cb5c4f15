package dev.reformer4j.spark;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LshConfig;
import java.io.Serializable;

/// What an attention is defined by, in a form that travels.
///
/// @param buckets as text
/// @param dQk numbers of one head's query/key vector
/// @param dV numbers of one head's value vector
record Rules(
    int rounds,
    String buckets,
    int chunk,
    int before,
    int after,
    boolean causal,
    boolean sliding,
    boolean maskOtherBuckets,
    int heads,
    int dQk,
    int dV)
    implements Serializable {

  static Rules of(LshConfig config, int heads, int dQk, int dV) {
    return new Rules(
        config.rounds(),
        config.buckets().toString(),
        config.chunk(),
        config.before(),
        config.after(),
        config.causal(),
        config.chunking() == Chunking.SLIDING,
        config.maskOtherBuckets(),
        heads,
        dQk,
        dV);
  }

  LshConfig config() {
    return new LshConfig(
        rounds,
        Buckets.parse(buckets),
        chunk,
        before,
        after,
        causal,
        sliding ? Chunking.SLIDING : Chunking.CHUNKED,
        maskOtherBuckets,
        false);
  }

  /// Groups of one sequence.
  int groupsPerSequence() {
    return heads * rounds;
  }

  /// Tokens of its bucket that a query sees before itself, with sliding windows.
  int tokensBefore() {
    return Math.multiplyExact(chunk, before);
  }

  /// Tokens of its bucket that a query sees after itself, with sliding windows.
  int tokensAfter() {
    return causal ? 0 : Math.multiplyExact(chunk, after);
  }

  /// Bytes of one head's vectors.
  int inputBytes() {
    return (dQk + dV) * Float.BYTES;
  }

  /// Bytes of what a token gets of one round.
  int outputBytes() {
    return Double.BYTES + dV * Float.BYTES;
  }
}
