package dev.reformer4j.plan;

import java.util.List;

/// What to do, why, and what else there was.
///
/// @param chosen the recommended option, one of those considered
/// @param fits whether it fits the memory asked for; if not, `reason` says what would
/// @param reason one or two sentences
/// @param considered every option, the fastest first
public record Recommendation(Option chosen, boolean fits, String reason, List<Option> considered) {
  /// Copies the list.
  public Recommendation {
    considered = List.copyOf(considered);
  }
}
