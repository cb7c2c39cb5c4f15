package dev.reformer4j.generate;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.text.Vocabulary;
import java.nio.file.Path;
import java.util.Optional;

/// A text that grows: prompts are appended, a [Generator] goes on with it, and it can be saved and
/// restored in between. It holds what was given, as the vocabulary encodes it, and what was shown;
/// what ended a generation (an end id, a stop string and what came with it) is not part of it.
///
/// What the model keeps of the text, its past, may be behind the text, never ahead of it. Where a
/// step fails or is interrupted in the middle, the past is given up, and made again from the ids
/// when the text goes on. With chunked LSH attention, which depends on how much was read at once,
/// the text may then go on otherwise than it would have.
///
/// For one thread at a time.
public final class Session {
  private final NextLogits model;
  private final Vocabulary vocabulary;
  private final boolean lives;
  private final IdList ids;

  /// Has seen the first so many of the ids.
  private Optional<NextLogits.Past> past = Optional.empty();

  /// A past from before the text that may have to be taken back.
  private Optional<NextLogits.Past> before = Optional.empty();

  /// @param lives whether it will be used again after a generation
  Session(NextLogits model, Vocabulary vocabulary, boolean lives) {
    this(model, vocabulary, lives, new IdList());
  }

  private Session(NextLogits model, Vocabulary vocabulary, boolean lives, IdList ids) {
    this.model = model;
    this.vocabulary = vocabulary;
    this.lives = lives;
    this.ids = ids;
  }

  /// Appends text. The special tokens that the vocabulary puts before a text begin the first one;
  /// those that it puts behind a text are left out, since the text goes on.
  ///
  /// @return how many tokens it is
  /// @throws IllegalArgumentException if it does not fit the positions of the model or cannot be
  ///   encoded; nothing is appended then
  public int append(String text) {
    int[] more = Fragments.ids(vocabulary.encoding(text), ids.size() == 0);
    append(more);
    return more.length;
  }

  /// Appends ids.
  ///
  /// @throws IllegalArgumentException if they do not fit the positions of the model, or one is not
  ///   in its vocabulary; nothing is appended then
  public void append(int... more) {
    for (int id : more) {
      if (id < 0 || id >= model.vocabularySize()) {
        throw new IllegalArgumentException(
            "id "
                + id
                + " is not in the model's vocabulary; ids are from 0 to "
                + (model.vocabularySize() - 1));
      }
    }
    long length = (long) ids.size() + more.length;
    if (length > model.positions()) {
      throw new IllegalArgumentException(
          "the text would have "
              + length
              + " tokens, but the model has "
              + model.positions()
              + " positions; shorten it, or "
              + (ids.size() == 0 ? "give only its end" : "begin a new session"));
    }
    ids.add(more);
  }

  /// How many tokens it has.
  public int length() {
    return ids.size();
  }

  /// Its tokens.
  public int[] ids() {
    return ids.from(0);
  }

  /// The text so far.
  public String text() {
    return vocabulary.decode(ids());
  }

  /// An independent copy: one beginning, many ways to go on.
  public Session copy() {
    Session copied = new Session(model, vocabulary, lives, ids.copy());
    copied.past = past.map(NextLogits.Past::copy);
    return copied;
  }

  /// Saves it to a file, whole or not at all; [Generator#restore] reads it.
  ///
  /// @throws TensorFileException if the file cannot be written
  public void save(Path file) throws TensorFileException {
    SessionFile.write(file, model, ids(), past);
  }

  boolean belongsTo(NextLogits other) {
    return model.equals(other);
  }

  /// The ids that the past has not seen. There is always one at least, since what the model says
  /// after the last id is needed: a past that has seen everything is of no use.
  int[] news() {
    if (past.isPresent() && past.get().length() == ids.size()) {
      past = Optional.empty();
    }
    return ids.from(past.map(NextLogits.Past::length).orElse(0));
  }

  /// Gives the past away to have it see the news. If it does not come back by [#giveBack], it is
  /// lost, or, where much is to be done and an interrupt likely, as it was.
  NextLogits.Past lend(int news) {
    if (past.isEmpty()) {
      return model.newPast();
    }
    NextLogits.Past lent = past.get();
    if (news > 1) {
      return lent.copy();
    }
    past = Optional.empty();
    return lent;
  }

  void giveBack(NextLogits.Past lent) {
    past = Optional.of(lent);
  }

  /// Makes it cheap to [take back][#takeBack] the last token and those after it.
  void expectRetreat() {
    if (lives && before.isEmpty()) {
      before = past.map(NextLogits.Past::copy);
    }
  }

  /// Says that nothing so far will be taken back.
  void expectNoRetreat() {
    before = Optional.empty();
  }

  /// Replaces the end of the text: only the first `length` tokens stay, and `more` follow.
  void takeBack(int length, int[] more) {
    past =
        past.filter(now -> now.length() <= length)
            .or(() -> before.filter(earlier -> earlier.length() <= length));
    before = Optional.empty();
    ids.truncate(length);
    ids.add(more);
  }
}
