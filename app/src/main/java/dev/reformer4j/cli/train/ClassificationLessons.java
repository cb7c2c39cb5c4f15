package dev.reformer4j.cli.train;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.train.Examples;
import dev.reformer4j.train.LabelledExamples;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Texts whose labels are to be told.
final class ClassificationLessons implements Lessons {
  private static final int USUAL_LENGTH = 2048;

  private final List<String> names;
  private final LabelledIds learnt;
  private final LabelledIds heldOut;
  private final List<Path> files;
  private final String columns;
  private final Vocabulary vocabulary;
  private int length = Integer.MAX_VALUE;

  /// @param names of the labels
  /// @param vocabulary closed in the end
  ClassificationLessons(
      List<String> names,
      LabelledIds learnt,
      LabelledIds heldOut,
      List<Path> files,
      String columns,
      Vocabulary vocabulary) {
    this.names = names;
    this.learnt = learnt;
    this.heldOut = heldOut;
    this.files = files;
    this.columns = columns;
    this.vocabulary = vocabulary;
  }

  @Override
  public int length(OptionalInt wanted, Reformer model) {
    int positions = model.positions();
    if (wanted.isPresent() && wanted.getAsInt() > positions) {
      throw new UserError(
          "--length %d is more than the %d positions of the model; give at most as many"
              .formatted(wanted.getAsInt(), positions));
    }
    int longest = Math.max(learnt.longest(), heldOut.longest());
    length = Math.min(longest, wanted.orElse(Math.min(positions, USUAL_LENGTH)));
    return length;
  }

  @Override
  public Examples learnt(int length, int positions, long seed) {
    return new LabelledExamples(learnt.texts(), learnt.labels(), length, seed);
  }

  @Override
  public Optional<Examples> heldOut(int length, long seed) {
    return heldOut.texts().isEmpty()
        ? Optional.empty()
        : Optional.of(new LabelledExamples(heldOut.texts(), heldOut.labels(), length, 0));
  }

  @Override
  public boolean anyLength() {
    return false;
  }

  @Override
  public Measure measure() {
    return Measure.LABEL;
  }

  @Override
  public Measure heldOutMeasure() {
    return Measure.LABEL;
  }

  @Override
  public String words() {
    long cut = learnt.longerThan(length) + heldOut.longerThan(length);
    return "%s texts to learn from, %s held out (%s); %d labels, %s%s"
        .formatted(
            Say.count(learnt.labels().length),
            heldOut.texts().isEmpty() ? "none" : Say.count(heldOut.labels().length),
            columns,
            names.size(),
            LabelledIds.shares(names, learnt.counts(names.size())),
            cut == 0
                ? ""
                : "; of %s longer ones the first %s tokens"
                    .formatted(Say.count(cut), Say.count(length)));
  }

  @Override
  public String identity() {
    return "data: %s\nheld out: %s\n".formatted(learnt.fingerprint(), heldOut.fingerprint());
  }

  @Override
  public String reads() {
    return vocabulary.kind();
  }

  @Override
  public List<Path> files() {
    return files;
  }

  @Override
  public void saveTo(Path directory) throws TensorFileException {
    vocabulary.saveTo(directory);
  }

  @Override
  public void close() {
    vocabulary.close();
  }
}
