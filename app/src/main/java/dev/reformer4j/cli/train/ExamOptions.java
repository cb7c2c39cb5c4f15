package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.ModelOption;
import dev.reformer4j.cli.table.LabelledOptions;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.train.DuplicationExamples;
import dev.reformer4j.train.Masking;
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
      description = {
        "What the model is asked. Default: what its head is made for.",
        "causal: a text, every token from those before it.",
        "masked: a text, 15 %% of its tokens, from both sides; the same ones every time.",
        "classification: the labels of texts, from CSV, TSV or JSONL.",
        "duplication: the second half of 0w0w, with words w that no training sees; it needs no"
            + " --data."
      })
  private TaskName name;

  @Option(
      names = "--window",
      paramLabel = "N",
      converter = Numbers.Tokens.class,
      description =
          "Tokens that are read at once; of a longer labelled text its beginning. Default: all"
              + " positions of the model.")
  private Optional<Integer> window = Optional.empty();

  @Mixin private LabelledOptions labelled;

  @Mixin private WordOptions words;

  @Option(
      names = "--words",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Words of the duplication task that are asked. Default: 100.")
  private Integer count;

  /// Refuses options that do not go together, before a model is loaded.
  void check() {
    words.check(name);
    refuse("--words", count, TaskName.DUPLICATION);
    boolean madeUp = name == TaskName.DUPLICATION;
    if (madeUp && (!data.isEmpty() || window.isPresent())) {
      throw new UserError(
          "task duplication makes its own data; leave out %s"
              .formatted(data.isEmpty() ? "--window" : "--data"));
    }
    if (!madeUp && data.isEmpty()) {
      throw new UserError("--data is missing; name the files to be asked about");
    }
  }

  /// The heads of models that can answer.
  HeadKind[] heads() {
    return name == null
        ? new HeadKind[] {
          HeadKind.LANGUAGE_MODEL, HeadKind.MASKED_LANGUAGE_MODEL, HeadKind.CLASSIFICATION
        }
        : new HeadKind[] {name.head()};
  }

  /// Opens what is asked; to be closed.
  ///
  /// @throws UserError if it does not suit the model
  Exam open(Reformer model, ModelOption directory) throws IOException {
    if (name == TaskName.DUPLICATION) {
      return duplication(model);
    }
    List<Path> files = DataFiles.of("--data", data);
    Vocabulary vocabulary = directory.vocabulary(model);
    return Vocabularies.closingOnFailure(
        vocabulary,
        () ->
            switch (model.headKind()) {
              case CLASSIFICATION -> labels(files, model, vocabulary);
              case MASKED_LANGUAGE_MODEL -> text(files, model, vocabulary, 1);
              default -> {
                labelled.refuse();
                yield text(files, model, vocabulary, 2);
              }
            });
  }

  private void refuse(String option, Object value, TaskName task) {
    if (value != null && name != task) {
      throw new UserError("%s is for --task %s; leave it out".formatted(option, task));
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

  private Exam labels(List<Path> files, Reformer model, Vocabulary vocabulary) throws IOException {
    try (vocabulary) {
      LabelledIds texts =
          LabelledIds.of(labelled.read(files).texts(), model.config().labels(), vocabulary);
      return new ClassificationExam(texts, window(model, 1));
    }
  }

  private int window(Reformer model, int least) {
    int read = window.orElse(model.positions());
    if (read > model.positions() || read < least) {
      throw new UserError(
          "--window %d is not from %d to %d, the positions of this model; give one that is"
              .formatted(read, least, model.positions()));
    }
    return read;
  }

  /// @param least tokens that must be read at once
  private Exam text(List<Path> files, Reformer model, Vocabulary vocabulary, int least)
      throws IOException {
    int read = window(model, least);
    Optional<Masking> masking =
        model.headKind() == HeadKind.MASKED_LANGUAGE_MODEL
            ? Optional.of(MaskedTask.masking(vocabulary, model))
            : Optional.empty();
    return new TextExam(TrainingData.corpus(files, vocabulary), read, masking, vocabulary);
  }
}
