package dev.reformer4j.cli.train;

import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.table.LabelledText;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Labels of texts.
///
/// @param learnt what is learnt from
/// @param heldOut what is not; may be empty
/// @param files where the first stood
/// @param columns and in which of their columns, in a few words
record ClassificationTask(
    List<LabelledText> learnt, List<LabelledText> heldOut, List<Path> files, String columns)
    implements Task {
  private static final int USUAL_BATCH = 8;

  /// Whole numbers in their order, anything else as words.
  private static final Comparator<String> ORDER =
      Comparator.comparing((String name) -> !isNumber(name))
          .thenComparingLong(name -> isNumber(name) ? Long.parseLong(name) : 0)
          .thenComparing(Comparator.naturalOrder());

  /// Checks that there is something to tell apart.
  ///
  /// @throws UserError if there is but one label
  ClassificationTask {
    List<String> names = learnt.stream().map(LabelledText::label).distinct().limit(2).toList();
    if (names.size() < 2) {
      throw new UserError(
          "all %d texts to learn from have the label '%s' (%s); give texts of two labels at least"
              .formatted(learnt.size(), names.isEmpty() ? "" : names.getFirst(), columns));
    }
  }

  private static boolean isNumber(String name) {
    return name.matches("-?\\d{1,18}");
  }

  /// The labels of all texts, in order.
  private List<String> labels() {
    return Stream.concat(learnt.stream(), heldOut.stream())
        .map(LabelledText::label)
        .distinct()
        .sorted(ORDER)
        .toList();
  }

  @Override
  public HeadKind head() {
    return HeadKind.CLASSIFICATION;
  }

  @Override
  public List<HeadKind> beginnings() {
    return List.of(
        HeadKind.CLASSIFICATION,
        HeadKind.LANGUAGE_MODEL,
        HeadKind.MASKED_LANGUAGE_MODEL,
        HeadKind.NONE);
  }

  /// The label is read off the first token, which must see the others.
  @Override
  public boolean causal() {
    return false;
  }

  @Override
  public ReformerConfig config(Optional<Preset> preset) {
    return fit(MaskedTask.bothWays(preset).build());
  }

  @Override
  public ReformerConfig fit(ReformerConfig config) {
    boolean knows = config.labels().containsAll(labels());
    return config.toBuilder()
        .causal(false)
        .localNeighbours(config.localBefore(), Math.max(1, config.localAfter()))
        .lshNeighbours(config.lshBefore(), Math.max(1, config.lshAfter()))
        .labels(knows ? config.labels() : labels())
        .architectures(List.of(head().architecture()))
        .build();
  }

  @Override
  public boolean needsNewHead(ReformerConfig before) {
    return !before.labels().containsAll(labels());
  }

  @Override
  public double rate(Optional<Preset> preset) {
    return Task.super.rate(preset) / 2;
  }

  @Override
  public int batch() {
    return USUAL_BATCH;
  }

  @Override
  public Lessons open(Reformer model, Optional<Path> directory) throws IOException {
    Vocabulary vocabulary = Vocabularies.of(model, directory);
    return Vocabularies.closingOnFailure(
        vocabulary,
        () -> {
          List<String> names = model.config().labels();
          return new ClassificationLessons(
              names,
              LabelledIds.of(learnt, names, vocabulary),
              LabelledIds.of(heldOut, names, vocabulary),
              files,
              columns,
              vocabulary);
        });
  }

  @Override
  public CardWords words() {
    return new CardWords(
        "text-classification",
        "classifier of texts",
        "texts",
        List.of(
            "reformer4j classify --model %s --text 'A text.'",
            "reformer4j eval --model %s --data FILE.csv"));
  }
}
