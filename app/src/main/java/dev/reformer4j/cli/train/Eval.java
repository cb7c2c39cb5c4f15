package dev.reformer4j.cli.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.Progress;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.BiasOption;
import dev.reformer4j.cli.model.JsonText;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.cli.model.ModelOption;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.train.Corpus;
import dev.reformer4j.train.Evaluation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j eval`.
@Command(
    name = "eval",
    sortOptions = false,
    description = {
      "How well a language model foretells a text, and what that owes to the rounds of hashing.",
      "A text longer than the window is read in several that overlap by half; every token but the"
          + " first of the text is asked once."
    },
    footer = {"", "  reformer4j eval --model model --data novel.txt --rounds 1,2,4,8,exact"})
public final class Eval implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      arity = "1..*",
      required = true,
      description =
          "Files, and directories of them, one text together: UTF-8, or any data where the"
              + " vocabulary is one of bytes.")
  private List<Path> data = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "R",
      split = ",",
      converter = Rounds.Converter.class,
      description =
          "Rounds of hashing to compare, such as 1,2,4,8,exact; exact computes every pair, in"
              + " quadratic time. Default: those of the model.")
  private List<Rounds> rounds = List.of();

  @Option(
      names = "--window",
      paramLabel = "N",
      converter = Numbers.Tokens.class,
      description = "Tokens that are read at once. Default: all positions of the model.")
  private Optional<Integer> window = Optional.empty();

  @Mixin private BiasOption bias;

  @Mixin private Threads threads;

  @Option(
      names = "--json",
      description = "Print one JSON object a row, and nothing else, on standard output.")
  private boolean json;

  @Spec private CommandSpec spec;

  /// Evaluates, and prints a row for each number of rounds.
  @Override
  public Integer call() throws IOException {
    List<Path> files = DataFiles.of("--data", data);
    Reformer reformer = model.load("eval", bias.loadOptions(), HeadKind.LANGUAGE_MODEL);
    int read = window.orElse(reformer.positions());
    if (read > reformer.positions() || read < 2) {
      throw new UserError(
          "--window %d is not from 2 to %d, the positions of this model; give one that is"
              .formatted(read, reformer.positions()));
    }
    List<Rounds> rows =
        rounds.isEmpty() ? List.of(new Rounds(OptionalInt.of(reformer.config().rounds()))) : rounds;
    try (Vocabulary vocabulary = model.vocabulary(reformer);
        Corpus corpus = TrainingData.corpus(files, vocabulary);
        Workers workers = threads.workers()) {
      evaluate(reformer, corpus, rows, read, workers);
    }
    return 0;
  }

  private void evaluate(
      Reformer reformer, Corpus corpus, List<Rounds> rows, int read, Workers workers) {
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      out.printf("%8s%16s%12s%10s%n", "rounds", "bits per byte", "accuracy", "time");
    }
    for (Rounds row : rows) {
      Reformer attending = row.in(reformer);
      ModelMemory.require(attending, (int) Math.min(read, corpus.length()), 0);
      long begun = System.nanoTime();
      try (Progress _ = Progress.of(spec.commandLine().getErr(), "evaluating with rounds " + row)) {
        Evaluation found = Evaluation.of(attending, corpus, read, workers);
        requireFinite(found);
        double seconds = (System.nanoTime() - begun) * 1e-9;
        out.println(json ? json(row, found, corpus, seconds) : line(row, found, corpus, seconds));
      }
      out.flush();
    }
  }

  private void requireFinite(Evaluation found) {
    if (!Double.isFinite(found.loss())) {
      throw new UserError(
          "the logits of "
              + model.directory()
              + " are not all finite, so the text has no loss; its weights are damaged, or too large"
              + " for float32");
    }
  }

  private static String line(Rounds row, Evaluation found, Corpus corpus, double seconds) {
    return String.format(
        Locale.ROOT,
        "%8s%16.4f%10.2f %%%10s",
        row,
        found.bits() * corpus.idsPerByte(),
        100 * found.accuracy(),
        Say.seconds(seconds));
  }

  private static String json(Rounds row, Evaluation found, Corpus corpus, double seconds) {
    return JsonText.object(json -> {
      if (row.count().isPresent()) {
        json.writeNumberProperty("rounds", row.count().getAsInt());
      } else {
        json.writeStringProperty("rounds", row.toString());
      }
      json.writeNumberProperty("bits_per_byte", found.bits() * corpus.idsPerByte());
      json.writeNumberProperty("bits_per_token", found.bits());
      json.writeNumberProperty("accuracy", found.accuracy());
      json.writeNumberProperty("tokens", found.positions());
      json.writeNumberProperty("bytes", corpus.bytes());
      json.writeNumberProperty("seconds", seconds);
    });
  }
}
