package dev.reformer4j.train;

import java.util.List;

/// Sequences that change with time, such as short ones first: every stage has its own, and which
/// stage a number belongs to follows from the number.
public final class StagedExamples implements Examples {
  private final List<Stage> stages;
  private final Examples last;

  /// A part of a training.
  ///
  /// @param examples counted from 0 on in this stage
  /// @param end number of the first sequence that is none of its any more
  public record Stage(Examples examples, long end) {}

  /// @param stages one after the other
  /// @param last what follows them
  /// @throws IllegalArgumentException if a stage ends before it begins
  public StagedExamples(List<Stage> stages, Examples last) {
    long begin = 0;
    for (Stage stage : stages) {
      Rule.require(stage.end > begin, "end of a stage", stage.end, "above " + begin);
      begin = stage.end;
    }
    this.stages = List.copyOf(stages);
    this.last = last;
  }

  /// Sequences of one epoch of what comes last.
  @Override
  public long epoch() {
    return last.epoch();
  }

  @Override
  public Example example(long number) {
    long begin = 0;
    for (Stage stage : stages) {
      if (number < stage.end) {
        return stage.examples.example(number - begin);
      }
      begin = stage.end;
    }
    return last.example(number - begin);
  }
}
