package dev.reformer4j.cli.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.train.Corpus;
import dev.reformer4j.train.Evaluation;
import java.util.OptionalLong;

/// A text, every token but the first to be foretold.
///
/// @param window tokens that are read at once
/// @param closing gives back what was opened
record TextExam(Corpus text, int window, Runnable closing) implements Exam {
  @Override
  public Evaluation of(Reformer model, Workers workers) {
    return Evaluation.of(model, text, window, workers);
  }

  @Override
  public Measure measure() {
    return Measure.perByte(text.idsPerByte());
  }

  @Override
  public int longest() {
    return (int) Math.min(window, text.length());
  }

  @Override
  public OptionalLong bytes() {
    return OptionalLong.of(text.bytes());
  }

  @Override
  public void close() {
    closing.run();
  }
}
