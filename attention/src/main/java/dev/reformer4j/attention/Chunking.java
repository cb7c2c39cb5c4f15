package dev.reformer4j.attention;

/// Which keys a query may see in one round, once the tokens are sorted by bucket.
public enum Chunking {
  /// The bucket order is cut into chunks; a query sees its own chunk and its neighbours, whatever
  /// buckets they hold, and the first chunk of a round looks back to the last chunk of the round
  /// before (trax, Hugging Face).
  CHUNKED,

  /// A query sees the last `chunk · before` tokens of its own bucket by position, and the next
  /// `chunk · after`, itself excluded unless it is alone. Causal models become prefix-stable: what
  /// a token sees never depends on later tokens.
  SLIDING
}
