package dev.reformer4j.train;

import java.time.Duration;
import java.util.Optional;

/// When a run looks up from its steps: to evaluate, to save, to stop.
///
/// @param evaluateEvery steps between evaluations
/// @param evaluateOn examples of one evaluation, the same ones every time
/// @param saveEvery steps between checkpoints
/// @param keep checkpoints that stay
/// @param limit the time after which it saves and stops; empty if steps alone decide
/// @param patience evaluations without a better result after which it stops; 0 if it never does
public record RunOptions(
    long evaluateEvery,
    long evaluateOn,
    long saveEvery,
    int keep,
    Optional<Duration> limit,
    int patience) {
  /// Checks every value.
  ///
  /// @throws IllegalArgumentException if a number is out of its range
  public RunOptions {
    atLeastOne("steps between evaluations", evaluateEvery);
    atLeastOne("examples of an evaluation", evaluateOn);
    atLeastOne("steps between checkpoints", saveEvery);
    atLeastOne("checkpoints to keep", keep);
    Rule.require(patience >= 0, "patience", patience, "0 or more");
  }

  private static void atLeastOne(String what, long number) {
    Rule.require(number >= 1, what, number, "at least 1");
  }
}
