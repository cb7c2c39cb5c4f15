package dev.reformer4j.generate;

/// How well a model foresaw a text.
///
/// @param bits −log₂ of the probability of all scored tokens together
/// @param tokens how many tokens were scored: all but the first, which nothing foretells
/// @param bytes how many bytes of UTF-8 these tokens stand for
public record Score(double bits, long tokens, long bytes) {
  /// Bits for one token.
  public double bitsPerToken() {
    return bits / tokens;
  }

  /// Bits for one byte, which can be compared between vocabularies.
  public double bitsPerByte() {
    return bits / bytes;
  }

  /// Among how many equally likely tokens the model wavered on average.
  public double perplexity() {
    return Math.pow(2, bitsPerToken());
  }
}
