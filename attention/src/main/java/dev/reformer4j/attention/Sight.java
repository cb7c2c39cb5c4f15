package dev.reformer4j.attention;

/// Why a key in a query's window counts, or does not.
public enum Sight {
  /// Its logit is query · key, and it has weight.
  SEEN,

  /// It is the query's own token, which shared attention gives the logit −1e5: weight only if
  /// nothing else is seen.
  ITSELF,

  /// It is padding: masked.
  PADDING,

  /// Its position comes after a causal query's: masked.
  FUTURE,

  /// It shares the chunk but not the bucket, and [LshConfig#maskOtherBuckets()] is on: masked.
  OTHER_BUCKET;

  /// Whether the mask lets the key through.
  public boolean isVisible() {
    return this == SEEN || this == ITSELF;
  }
}
