package dev.reformer4j.cli.train;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.train.CausalExamples;
import dev.reformer4j.train.Corpus;
import dev.reformer4j.train.Examples;
import dev.reformer4j.train.MaskedExamples;
import dev.reformer4j.train.MaskedText;
import dev.reformer4j.train.Masking;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Texts, whose tokens are to be foretold from those before them, or where they are hidden.
final class TextLessons implements Lessons {
  private static final int USUAL_LENGTH = 2048;

  private final TrainingData texts;
  private final Vocabulary vocabulary;
  private final Optional<Masking> masking;

  /// Closes what it is given in the end.
  ///
  /// @param masking what hides tokens; empty if every token is foretold from those before it
  TextLessons(TrainingData texts, Vocabulary vocabulary, Optional<Masking> masking) {
    this.texts = texts;
    this.vocabulary = vocabulary;
    this.masking = masking;
  }

  @Override
  public int length(OptionalInt wanted, Reformer model) {
    int positions = model.positions();
    long tokens = texts.learnt().length();
    if (wanted.isEmpty()) {
      return Math.clamp(tokens - 1, 1, Math.min(positions, USUAL_LENGTH));
    }
    int length = wanted.getAsInt();
    if (length > positions) {
      throw new UserError(
          "--length %d is more than the %d positions of the model; give at most as many"
              .formatted(length, positions));
    }
    if (tokens <= length) {
      throw new UserError(
          "--length %d needs a text of more tokens than that, but there are %d to learn from; give"
                  .formatted(length, tokens)
              + " more text or a shorter length");
    }
    return length;
  }

  @Override
  public Examples learnt(int length, int positions, long seed) {
    Corpus text = texts.learnt();
    return masking
        .<Examples>map(hiding -> new MaskedExamples(text, length, positions, hiding, seed))
        .orElseGet(() -> new CausalExamples(text, length, positions, seed));
  }

  /// Windows from position 0 on, shorter ones if the text is short itself.
  @Override
  public Optional<Examples> heldOut(int length, long seed) {
    return texts
        .heldOut()
        .map(text ->
            masking
                .<Examples>map(hiding -> new MaskedText(text, length, hiding))
                .orElseGet(() -> {
                  int window = (int) Math.min(length, text.length() - 1);
                  return new CausalExamples(text, window, window, seed);
                }));
  }

  @Override
  public boolean anyLength() {
    return true;
  }

  @Override
  public Measure measure() {
    return measure(texts.learnt());
  }

  @Override
  public Measure heldOutMeasure() {
    return measure(texts.heldOut().orElse(texts.learnt()));
  }

  private Measure measure(Corpus text) {
    return masking.isPresent() ? Measure.MASKED : Measure.perByte(text.idsPerByte());
  }

  @Override
  public String words() {
    return texts.words() + masking.map(hiding -> ", hidden by the id " + hiding.mask()).orElse("");
  }

  @Override
  public String identity() {
    return "data: %s\nheld out: %s\n%s"
        .formatted(
            texts.learnt().fingerprint(),
            texts.heldOut().map(Corpus::fingerprint).orElse("nothing"),
            masking.map(hiding -> "hiding: " + hiding + "\n").orElse(""));
  }

  @Override
  public String reads() {
    return vocabulary.kind();
  }

  @Override
  public List<Path> files() {
    return texts.files();
  }

  /// The beginning of what is held out, or, if nothing is, of what is learnt.
  @Override
  public Optional<Prompt> prompt(int most) {
    Corpus text = texts.heldOut().orElse(texts.learnt());
    int[] ids = new int[(int) Math.min(most, text.length())];
    text.read(0, ids);
    return ids.length == 0 ? Optional.empty() : Optional.of(new Prompt(ids, vocabulary));
  }

  @Override
  public void saveTo(Path directory) throws TensorFileException {
    vocabulary.saveTo(directory);
  }

  @Override
  public void close() {
    texts.close();
    vocabulary.close();
  }
}
