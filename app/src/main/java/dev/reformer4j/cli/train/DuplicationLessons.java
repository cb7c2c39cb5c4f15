package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.train.DuplicationExamples;
import dev.reformer4j.train.Examples;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Words to be repeated, as many as one likes.
///
/// @param wordLength symbols of a word
/// @param symbols how many there are
record DuplicationLessons(int wordLength, int symbols) implements Lessons {
  private static final String SYMBOL = "symbol";

  @Override
  public int length(OptionalInt wanted, Reformer model) {
    int length = 2 * wordLength + 2;
    if (wanted.isPresent() && wanted.getAsInt() != length) {
      throw new UserError(
          "--length %d does not suit words of %d, whose sequences have %d; leave it out"
              .formatted(wanted.getAsInt(), wordLength, length));
    }
    return length;
  }

  @Override
  public Examples learnt(int length, int positions, long seed) {
    return new DuplicationExamples(wordLength, symbols, seed);
  }

  @Override
  public Optional<Examples> heldOut(int length, long seed) {
    return Optional.of(DuplicationExamples.heldOut(wordLength, symbols));
  }

  @Override
  public boolean anyLength() {
    return false;
  }

  @Override
  public Measure measure() {
    return Measure.per(SYMBOL);
  }

  @Override
  public Measure heldOutMeasure() {
    return Measure.per(SYMBOL);
  }

  @Override
  public String words() {
    return "words of %s out of %s symbols to be repeated"
        .formatted(Say.count(wordLength), Say.count(symbols));
  }

  @Override
  public String identity() {
    return "data: " + words() + "\n";
  }

  @Override
  public String reads() {
    return "symbols";
  }

  @Override
  public List<Path> files() {
    return List.of();
  }

  /// Nothing: symbols are numbers.
  @Override
  public void saveTo(Path directory) {}

  @Override
  public void close() {}
}
