package dev.reformer4j.cli.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.Progress;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.BiasOption;
import dev.reformer4j.cli.model.JsonText;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.cli.model.ModelOption;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.train.Evaluation;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
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
      "How well a model does what it was trained for, and what that owes to the rounds of hashing.",
      "Of a text, every token but the first is asked once. A text longer than the window is read in"
          + " several that overlap by half."
    },
    footer = {
      "",
      "  reformer4j eval --model model --data novel.txt --rounds 1,2,4,8,exact",
      "  reformer4j eval --model d --task duplication --word-length 31 --rounds 1,2,4,8,exact"
    })
public final class Eval implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Mixin private ExamOptions exams;

  @Option(
      names = "--rounds",
      paramLabel = "R",
      split = ",",
      converter = Rounds.Converter.class,
      description =
          "Rounds of hashing to compare, such as 1,2,4,8,exact; exact computes every pair, in"
              + " quadratic time. Default: those of the model.")
  private List<Rounds> rounds = List.of();

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
    exams.check();
    Reformer reformer = model.load("eval", bias.loadOptions(), exams.heads());
    List<Rounds> rows =
        rounds.isEmpty() ? List.of(new Rounds(OptionalInt.of(reformer.config().rounds()))) : rounds;
    try (Exam exam = exams.open(reformer, model);
        Workers workers = threads.workers()) {
      evaluate(reformer, exam, rows, workers);
    }
    return 0;
  }

  private void evaluate(Reformer reformer, Exam exam, List<Rounds> rows, Workers workers) {
    PrintWriter out = spec.commandLine().getOut();
    exam.leftOut().ifPresent(said -> spec.commandLine().getErr().println("reformer4j: " + said));
    String measure = exam.measure().name();
    int width = Math.max(16, measure.length() + 3);
    if (!json) {
      out.printf("%8s%" + width + "s%12s%10s%n", "rounds", measure, "accuracy", "time");
    }
    for (Rounds row : rows) {
      Reformer attending = row.in(reformer);
      ModelMemory.require(attending, exam.longest(), 0);
      long begun = System.nanoTime();
      try (Progress _ = Progress.of(spec.commandLine().getErr(), "evaluating with rounds " + row)) {
        Evaluation found = exam.of(attending, workers);
        requireFinite(found);
        double seconds = (System.nanoTime() - begun) * 1e-9;
        out.println(
            json ? json(row, found, exam, seconds) : line(row, found, exam, seconds, width));
      }
      out.flush();
    }
  }

  private void requireFinite(Evaluation found) {
    if (!Double.isFinite(found.loss())) {
      throw new UserError(
          "the logits of "
              + model.directory()
              + " are not all finite, so there is no loss; its weights are damaged, or too large for"
              + " float32");
    }
  }

  private static String line(Rounds row, Evaluation found, Exam exam, double seconds, int width) {
    return String.format(
        Locale.ROOT,
        "%8s%" + width + ".4f%10.2f %%%10s",
        row,
        exam.measure().bits(found.loss()),
        100 * found.accuracy(),
        Say.seconds(seconds));
  }

  private static String json(Rounds row, Evaluation found, Exam exam, double seconds) {
    return JsonText.object(json -> {
      if (row.count().isPresent()) {
        json.writeNumberProperty("rounds", row.count().getAsInt());
      } else {
        json.writeStringProperty("rounds", row.toString());
      }
      exam.measure()
          .bitsPerByte(found.loss())
          .ifPresent(bits -> json.writeNumberProperty("bits_per_byte", bits));
      json.writeNumberProperty(
          "bits_per_" + exam.measure().position().replace(' ', '_'), found.bits());
      json.writeNumberProperty("accuracy", found.accuracy());
      json.writeNumberProperty(
          exam.measure().position().replace(' ', '_') + "s", found.positions());
      exam.bytes().ifPresent(bytes -> json.writeNumberProperty("bytes", bytes));
      json.writeNumberProperty("seconds", seconds);
    });
  }
}
