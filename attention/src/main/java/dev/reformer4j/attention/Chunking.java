package dev.reformer4j.attention;

/// Which keys a query may see in one round, once the tokens are sorted by bucket.
///
/// Where queries and keys are shared, a token sees itself with the logit −10⁵ whatever its vector
/// (trax, Hugging Face): any other key drowns it, unless its logit is as low, and a token that is
/// alone attends to itself, with a log-sum-exp of about −10⁵.
public enum Chunking {
  /// The bucket order is cut into chunks; a query sees its own chunk and its neighbours, whatever
  /// buckets they hold, and the first chunk of a round looks back to the last chunk of the round
  /// before (trax, Hugging Face).
  CHUNKED,

  /// A query sees the last `chunk · before` tokens of its own bucket by position, and the next
  /// `chunk · after`, itself excluded unless it is alone. Causal models become prefix-stable: what
  /// a token sees never depends on later tokens, and with a fixed number of buckets its row of the
  /// output is the same, to the last bit, in every sequence that begins alike. The last bits may
  /// differ where a window holds more than 4,096 tokens, or where 64 separate queries that are
  /// neighbours in bucket order see keys that lie further apart than that in theirs.
  SLIDING
}
