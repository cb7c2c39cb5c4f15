package dev.reformer4j.generate;

import java.util.List;
import java.util.Set;

/// What to generate after a prompt.
///
/// @param sampling how tokens are chosen
/// @param sequence tells apart several texts drawn with one seed from one prompt; any number
/// @param maxNewTokens how many tokens at most, at least 1; the positions of the model are a limit
///   of their own
/// @param stopStrings none of them is part of the text, which ends before the one that is complete
///   first; they may span tokens
/// @param endIds ids that end a text and are not part of it
public record GenerateRequest(
    Sampling sampling,
    long sequence,
    int maxNewTokens,
    List<String> stopStrings,
    Set<Integer> endIds) {
  /// @throws IllegalArgumentException if maxNewTokens is below 1, or a stop string is empty or has
  ///   half of a surrogate pair
  public GenerateRequest {
    stopStrings = List.copyOf(stopStrings);
    endIds = Set.copyOf(endIds);
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException(
          "the number of new tokens is " + maxNewTokens + ", but must be at least 1");
    }
    if (stopStrings.contains("")) {
      throw new IllegalArgumentException(
          "a stop string is empty, which would end every text before it begins; leave it out");
    }
    if (stopStrings.stream().anyMatch(GenerateRequest::hasHalfACharacter)) {
      throw new IllegalArgumentException(
          "a stop string has half of a surrogate pair, which no text has; give whole characters");
    }
  }

  private static boolean hasHalfACharacter(String string) {
    return string.codePoints().anyMatch(point -> Character.getType(point) == Character.SURROGATE);
  }

  /// Up to that many tokens, with no other end.
  public static GenerateRequest of(Sampling sampling, int maxNewTokens) {
    return new GenerateRequest(sampling, 0, maxNewTokens, List.of(), Set.of());
  }

  /// The same for another sequence.
  public GenerateRequest withSequence(long newSequence) {
    return new GenerateRequest(sampling, newSequence, maxNewTokens, stopStrings, endIds);
  }

  /// The same with other stop strings.
  public GenerateRequest withStopStrings(List<String> newStrings) {
    return new GenerateRequest(sampling, sequence, maxNewTokens, newStrings, endIds);
  }

  /// The same with other ids that end a text.
  public GenerateRequest withEndIds(Set<Integer> newIds) {
    return new GenerateRequest(sampling, sequence, maxNewTokens, stopStrings, newIds);
  }
}
