package dev.reformer4j.explain;

import dev.reformer4j.attention.RotatedScores;
import java.util.List;

/// The worked example of docs/lsh-attention.md: one token in three rounds of four buckets.
public final class WorkedExample {
  /// The largest of [xR; −xR] are 2.67 at 1, 3.03 at 2 and 1.83 at 0.
  public static final List<RotatedScores> ROUNDS =
      List.of(
          RotatedScores.of(-0.41, 2.67),
          RotatedScores.of(-3.03, 1.12),
          RotatedScores.of(1.83, -0.95));

  private WorkedExample() {}
}
