package dev.reformer4j.model;

/// How a checkpoint is read where its numbers have more than one meaning.
///
/// @param languageModelBias whether `lm_head.bias` is added to the logits. The authors' code and
///   older versions of transformers add it; version 5 reads it and leaves it out
/// @param exactAttention whether LSH layers compute every pair, which is what hashing approximates,
///   in quadratic time and without a cache
public record LoadOptions(boolean languageModelBias, boolean exactAttention) {
  private static final LoadOptions DEFAULTS = new LoadOptions(true, false);

  /// The bias is added, and LSH layers hash.
  public static LoadOptions defaults() {
    return DEFAULTS;
  }

  /// The same with the bias added or not.
  public LoadOptions withLanguageModelBias(boolean add) {
    return new LoadOptions(add, exactAttention);
  }

  /// The same with LSH layers that compute every pair, or hash.
  public LoadOptions withExactAttention(boolean exact) {
    return new LoadOptions(languageModelBias, exact);
  }
}
