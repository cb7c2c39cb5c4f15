package dev.reformer4j.model;

/// How a checkpoint is read where its numbers have more than one meaning.
///
/// @param languageModelBias whether `lm_head.bias` is added to the logits. The authors' code and
///   older versions of transformers add it; version 5 reads it and leaves it out
public record LoadOptions(boolean languageModelBias) {
  private static final LoadOptions DEFAULTS = new LoadOptions(true);

  /// The bias is added.
  public static LoadOptions defaults() {
    return DEFAULTS;
  }

  /// The same with the bias added or not.
  public LoadOptions withLanguageModelBias(boolean add) {
    return new LoadOptions(add);
  }
}
