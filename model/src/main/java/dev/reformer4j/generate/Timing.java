package dev.reformer4j.generate;

import java.time.Duration;

/// What a call of the generator took, over all its sequences together.
///
/// @param promptTokens tokens that were read before the first was drawn
/// @param promptTime until every sequence had its first token
/// @param laterTokens tokens that were drawn after the first of each sequence
/// @param laterTime what they took
public record Timing(long promptTokens, Duration promptTime, long laterTokens, Duration laterTime) {
  /// Tokens of the prompts read per second; 0 if there was nothing to measure.
  public double promptTokensPerSecond() {
    return perSecond(promptTokens, promptTime);
  }

  /// Tokens drawn per second, over all sequences; 0 if there was nothing to measure.
  public double tokensPerSecond() {
    return perSecond(laterTokens, laterTime);
  }

  private static double perSecond(long tokens, Duration time) {
    return time.isZero() ? 0 : tokens * 1e9 / time.toNanos();
  }
}
