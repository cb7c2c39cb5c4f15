package dev.reformer4j.cli.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.train.DuplicationExamples;
import dev.reformer4j.train.Evaluation;

/// Words to be repeated.
///
/// @param words other ones than any training has
/// @param count how many
/// @param measure how the loss is told
record DuplicationExam(DuplicationExamples words, int count, Measure measure) implements Exam {
  @Override
  public Evaluation of(Reformer model, Workers workers) {
    return Evaluation.of(model, words, count, workers);
  }

  @Override
  public int longest() {
    return words.length();
  }
}
