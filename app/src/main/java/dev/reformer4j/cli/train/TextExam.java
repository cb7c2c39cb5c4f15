package dev.reformer4j.cli.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.train.Corpus;
import dev.reformer4j.train.Evaluation;
import dev.reformer4j.train.MaskedText;
import dev.reformer4j.train.Masking;
import java.util.Optional;
import java.util.OptionalLong;

/// A text, every token but the first to be foretold, or some that are hidden.
///
/// @param window tokens that are read at once
/// @param masking what hides tokens; empty if every token is foretold from those before it
/// @param vocabulary closed with the text
record TextExam(Corpus text, int window, Optional<Masking> masking, Vocabulary vocabulary)
    implements Exam {
  @Override
  public Evaluation of(Reformer model, Workers workers) {
    if (masking.isEmpty()) {
      return Evaluation.of(model, text, window, workers);
    }
    MaskedText hidden = new MaskedText(text, window, masking.get());
    return Evaluation.of(model, hidden, hidden.epoch(), workers);
  }

  @Override
  public Measure measure() {
    return masking.isPresent() ? Measure.MASKED : Measure.perByte(text.idsPerByte());
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
    text.close();
    vocabulary.close();
  }
}
