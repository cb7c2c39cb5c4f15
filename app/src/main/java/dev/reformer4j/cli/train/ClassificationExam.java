package dev.reformer4j.cli.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.Say;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.train.Evaluation;
import dev.reformer4j.train.LabelledExamples;
import java.util.Optional;

/// Texts whose labels are asked.
///
/// @param texts with the right ones
/// @param length tokens that are read of a longer text
record ClassificationExam(LabelledIds texts, int length) implements Exam {
  @Override
  public Evaluation of(Reformer model, Workers workers) {
    LabelledExamples examples = new LabelledExamples(texts.texts(), texts.labels(), length, 0);
    return Evaluation.of(model, examples, examples.epoch(), workers);
  }

  @Override
  public Measure measure() {
    return Measure.LABEL;
  }

  @Override
  public int longest() {
    return Math.min(length, texts.longest());
  }

  @Override
  public Optional<String> leftOut() {
    long cut = texts.longerThan(length);
    return cut == 0
        ? Optional.empty()
        : Optional.of(
            "of %s longer texts only the first %s tokens are read"
                .formatted(Say.count(cut), Say.count(length)));
  }
}
