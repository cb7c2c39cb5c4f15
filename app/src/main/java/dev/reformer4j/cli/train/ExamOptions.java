package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.ModelOption;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.train.Corpus;
import dev.reformer4j.train.DuplicationExamples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What a model is asked, and how much of it.
final class ExamOptions {
  private static final int USUAL_WORDS = 100;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      arity = "1..*",
      description =
          "Files, and directories of them, one text together: UTF-8, or any data where the"
              + " vocabulary is one of bytes.")
  private List<Path> data = List.of();

  @Option(
      names = "--task",
      paramLabel = "TASK",
      defaultValue = "causal",
      description = {
        "What the model is asked. causal: a text, every token from those before it.",
        "duplication: the second half of 0w0w, with words w that no training sees; it needs no"
            + " --data.",
        "Default: ${DEFAULT-VALUE}."
      })
  private TaskName name;

  @Option(
      names = "--window",
      paramLabel = "N",
      converter = Numbers.Tokens.class,
      description = "Tokens that are read at once. Default: all positions of the model.")
  private Optional<Integer> window = Optional.empty();

  @Mixin private WordOptions words;

  @Option(
      names = "--words",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Words of the duplication task that are asked. Default: 100.")
  private Integer count;

  /// Opens what is asked.
  private interface Opening {
    Exam open(Reformer model, ModelOption directory) throws IOException;
  }

  /// What is asked, before there is a model.
  ///
  /// @param head of the models that can answer
  record Chosen(HeadKind head, Opening opening) {
    HeadKind[] heads() {
      return new HeadKind[] {head};
    }

    /// To be closed.
    Exam open(Reformer model, ModelOption directory) throws IOException {
      return opening.open(model, directory);
    }
  }

  /// Chooses.
  ///
  /// @throws UserError if options do not go together
  Chosen choose() throws IOException {
    words.check(name);
    refuse("--words", count, TaskName.DUPLICATION);
    if (name == TaskName.DUPLICATION) {
      if (!data.isEmpty() || window.isPresent()) {
        throw new UserError(
            "task duplication makes its own data; leave out %s"
                .formatted(data.isEmpty() ? "--window" : "--data"));
      }
      return new Chosen(HeadKind.LANGUAGE_MODEL, (model, _) -> duplication(model));
    }
    if (data.isEmpty()) {
      throw new UserError("--data is missing; name the files to be asked about");
    }
    List<Path> files = DataFiles.of("--data", data);
    return new Chosen(HeadKind.LANGUAGE_MODEL, (model, directory) -> text(files, model, directory));
  }

  private void refuse(String option, Object value, TaskName task) {
    if (value != null && name != task) {
      throw new UserError(
          "%s is for --task %s, but the task is %s; leave it out".formatted(option, task, name));
    }
  }

  private Exam duplication(Reformer model) {
    DuplicationTask.require(model, words.length(), words.symbols());
    DuplicationLessons lessons = new DuplicationLessons(words.length(), words.symbols());
    return new DuplicationExam(
        DuplicationExamples.heldOut(words.length(), words.symbols()),
        count == null ? USUAL_WORDS : count,
        lessons.measure());
  }

  private Exam text(List<Path> files, Reformer model, ModelOption directory) throws IOException {
    int read = window.orElse(model.positions());
    if (read > model.positions() || read < 2) {
      throw new UserError(
          "--window %d is not from 2 to %d, the positions of this model; give one that is"
              .formatted(read, model.positions()));
    }
    Vocabulary vocabulary = directory.vocabulary(model);
    return Vocabularies.closingOnFailure(
        vocabulary,
        () -> {
          Corpus text = TrainingData.corpus(files, vocabulary);
          return new TextExam(
              text,
              read,
              () -> {
                text.close();
                vocabulary.close();
              });
        });
  }
}
