package dev.reformer4j.cli.train;

import dev.reformer4j.checkpoint.AtomicFile;
import dev.reformer4j.cli.Destination;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.train.RunHistory.Evaluated;
import dev.reformer4j.picture.Chart;
import dev.reformer4j.picture.Chart.Scale;
import dev.reformer4j.picture.Theme;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `reformer4j curves`.
@Command(
    name = "curves",
    sortOptions = false,
    description = {
      "Several trainings side by side: what they had reached by when, on what is held out.",
      "Everything comes from their metrics.jsonl."
    },
    footer = {"", "  reformer4j curves chunked sliding --out curves.svg"})
public final class Curves implements Callable<Integer> {
  private static final String METRICS = "metrics.jsonl";

  @Parameters(
      paramLabel = "RUN",
      arity = "1..*",
      description =
          "Directories of trainings, or their metrics.jsonl, packed by gzip or not. They must be of"
              + " one task.")
  private List<Path> files = List.of();

  @Option(
      names = "--over",
      paramLabel = "WHAT",
      defaultValue = "tokens",
      description =
          "What the curves run over: tokens read in training, seconds spent on it, or steps."
              + " Default: ${DEFAULT-VALUE}.")
  private Over over;

  @Option(names = "--out", paramLabel = "FILE.svg", description = "Draw them.")
  private Optional<Path> out = Optional.empty();

  @Spec private CommandSpec spec;

  /// What the cost of a training is counted in.
  enum Over {
    /// Of the training texts.
    TOKENS,
    /// In steps, without evaluations.
    SECONDS,
    /// Of the optimiser.
    STEPS;

    double of(Evaluated one) {
      return switch (this) {
        case TOKENS -> one.tokens();
        case SECONDS -> one.seconds();
        case STEPS -> one.step();
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private record Run(String name, RunHistory history) {
    Evaluated last() {
      return history.evaluations().getLast();
    }
  }

  /// Prints where each run ended, and draws what is asked for.
  @Override
  public Integer call() throws IOException {
    if (files.size() > Theme.BUCKET_COLOURS) {
      throw new UserError(
          "%d trainings are more than there are colours; give at most %d"
              .formatted(files.size(), Theme.BUCKET_COLOURS));
    }
    List<Run> runs = new ArrayList<>();
    for (Path file : files) {
      runs.add(read(file));
    }
    boolean ofBytes = runs.stream().allMatch(run -> Double.isFinite(run.last().bitsPerByte()));
    String unit = ofBytes ? "bits per byte" : "bits per token";
    ToDoubleFunction<Evaluated> bits =
        ofBytes ? Evaluated::bitsPerByte : one -> one.loss() / Math.log(2);
    if (out.isPresent()) {
      Destination.check(out.get(), files);
      AtomicFile.writeText(out.get(), chart(runs, unit, bits));
    }
    PrintWriter answer = spec.commandLine().getOut();
    int width = Math.max(8, runs.stream().mapToInt(run -> run.name.length()).max().orElseThrow());
    String row = "%-" + width + "s %10s %14s %10s %14s %14s%n";
    answer.printf(row, "run", "steps", "tokens", "time", "held out", "the best");
    for (Run run : runs) {
      answer.printf(
          row,
          run.name,
          Say.count(run.last().step()),
          Say.count(Math.round(run.last().tokens())),
          Say.seconds(run.last().seconds()),
          String.format(Locale.ROOT, "%.4f", bits.applyAsDouble(run.last())),
          String.format(
              Locale.ROOT, "%.4f", bits.applyAsDouble(run.history.best().orElse(run.last()))));
    }
    answer.printf("Held out in %s.%n", unit);
    answer.flush();
    return 0;
  }

  private static Run read(Path given) throws IOException {
    Path file = Files.isDirectory(given) ? given.resolve(METRICS) : given;
    if (!Files.isRegularFile(file)) {
      throw new UserError(
          "%s is not there; name directories of trainings, or their %s".formatted(file, METRICS));
    }
    RunHistory history = new RunHistory();
    JsonLines.read(file, history::add);
    if (history.evaluations().stream().noneMatch(one -> Double.isFinite(one.loss()))) {
      throw new UserError(
          "%s has no evaluation yet; wait for one, or train with data that is held out"
              .formatted(file));
    }
    return new Run(name(given), history);
  }

  /// A directory's name, or a file's without its endings.
  private static String name(Path given) {
    Path absolute = given.toAbsolutePath().normalize();
    String name = String.valueOf(absolute.getFileName());
    if (name.equals(METRICS)) {
      return String.valueOf(absolute.getParent().getFileName());
    }
    return Files.isDirectory(given) ? name : name.replaceFirst("\\.jsonl(\\.gz)?$", "");
  }

  private String chart(List<Run> runs, String unit, ToDoubleFunction<Evaluated> bits) {
    Chart chart = new Chart(over.toString(), unit + ", held out", Scale.LOGARITHMIC);
    double end = 0;
    for (Run run : runs) {
      List<Evaluated> all = run.history.evaluations();
      double[] x = all.stream().mapToDouble(over::of).toArray();
      chart.line(runs.indexOf(run), run.name, x, all.stream().mapToDouble(bits).toArray());
      end = Math.max(end, x[x.length - 1]);
    }
    String names = String.join(", ", runs.stream().map(Run::name).toList());
    return chart.svg("%s over %s: %s".formatted(unit, over, names), 0, end).standalone();
  }
}
