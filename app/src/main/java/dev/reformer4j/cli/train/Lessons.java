package dev.reformer4j.cli.train;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.train.Examples;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What a task has to learn from, and to be asked about.
interface Lessons extends AutoCloseable {
  /// Tokens of one sequence.
  ///
  /// @param wanted by the user
  /// @throws dev.reformer4j.cli.UserError if the model has no room for them, or there are not so
  ///   many
  int length(OptionalInt wanted, Reformer model);

  /// The sequences to learn from.
  ///
  /// @param length as [#length] gave it
  /// @param positions of the model
  Examples learnt(int length, int positions, long seed);

  /// The sequences to be asked about; empty if nothing is held out.
  Optional<Examples> heldOut(int length, long seed);

  /// Whether sequences can be cut to any length, for a curriculum.
  boolean anyLength();

  /// How the loss on what is learnt is told.
  Measure measure();

  /// How the loss on what is held out is told.
  Measure heldOutMeasure();

  /// How much there is, in a few words.
  String words();

  /// What tells these lessons from others, as lines `name: value`: a run is only resumed on what it
  /// began with.
  String identity();

  /// What the model reads, such as `bytes`.
  String reads();

  /// Files that are learnt from, as a whole or in part.
  List<Path> files();

  /// What a language model may go on from, to show what it has learnt by then; empty if there is
  /// nothing.
  ///
  /// @param most tokens of it
  default Optional<Prompt> prompt(int most) {
    return Optional.empty();
  }

  /// The beginning of a text.
  ///
  /// @param vocabulary of the ids; stays open as long as the lessons
  record Prompt(int[] ids, Vocabulary vocabulary) {}

  /// Writes the vocabulary, if there is one, into the directory of the model.
  void saveTo(Path directory) throws TensorFileException;

  @Override
  void close();
}
