package dev.reformer4j.cli.explain;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Coverage;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.AtomicFile;
import dev.reformer4j.cli.AttentionOptions;
import dev.reformer4j.cli.Destination;
import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.Progress;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.ModelOption;
import dev.reformer4j.explain.Explanation;
import dev.reformer4j.explain.HtmlReport;
import dev.reformer4j.explain.Page;
import dev.reformer4j.explain.Screen;
import dev.reformer4j.explain.Subject;
import dev.reformer4j.explain.TerminalReport;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LoadOptions;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.words.Unit;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j explain`.
@Command(
    name = "explain",
    description = {
      "Show what LSH attention does to one token.",
      "Which bucket and why, which keys it sees in which round, how they weigh, and what is lost"
          + " against full attention."
    },
    sortOptions = false,
    footer = {
      "",
      "  reformer4j explain --text \"It is a truth universally acknowledged, that a single man …\"",
      "  reformer4j explain --file chapter.txt --token 1000 --layer 3 --html report.html",
      "  reformer4j explain --words --file novel.txt",
      "  reformer4j explain --in x.safetensors --head 2 --causal"
    })
public final class Explain implements Callable<Integer> {
  /// Chunks that a short text should at least fall into: with fewer there is little to see.
  private static final int CHUNKS_TO_SEE = 8;

  private static final int LEAST_CHUNK = 4;

  private static final double SHARPNESS = 20;

  @Option(names = "--text", paramLabel = "TEXT", description = "A text to explain.")
  private Optional<String> text = Optional.empty();

  @Option(names = "--file", paramLabel = "FILE", description = "A file with text in UTF-8.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--in",
      paramLabel = "FILE",
      description = "A safetensors file with tensors, as attend reads it.")
  private Optional<Path> in = Optional.empty();

  @Option(
      names = "--token",
      paramLabel = "I",
      converter = Numbers.NotNegative.class,
      description = "Position of the token, from 0. Default: one in the middle.")
  private Optional<Integer> token = Optional.empty();

  @Mixin private ModelOption model;

  @Option(
      names = "--layer",
      paramLabel = "L",
      converter = Numbers.NotNegative.class,
      description = "Which layer of the model, from 0. Default: the first one that hashes.")
  private Optional<Integer> layer = Optional.empty();

  @Option(
      names = "--words",
      description =
          "Vectors of the text alone, learnt on the spot from the company that words keep, in place"
              + " of those that a model has learnt to make. --unit and --sharpness imply it.")
  private boolean words;

  @Option(
      names = "--head",
      paramLabel = "H",
      defaultValue = "0",
      converter = Numbers.NotNegative.class,
      description = "Which head, from 0. Default: ${DEFAULT-VALUE}.")
  private int head;

  @Option(
      names = "--unit",
      paramLabel = "UNIT",
      converter = UnitName.class,
      description = "A token of a text: words or characters. Default: words where there are eight.")
  private Optional<Unit> unit = Optional.empty();

  @Option(
      names = "--sharpness",
      paramLabel = "S",
      converter = Sharpness.class,
      description = {
        "Length of the vectors of a text, which is the largest logit there can be:",
        "the higher, the fewer keys matter. Default: 20."
      })
  private Optional<Double> sharpness = Optional.empty();

  @Option(
      names = "--queries",
      paramLabel = "N",
      defaultValue = "400",
      converter = Numbers.Positive.class,
      description = "Queries to measure the captured mass on. Default: ${DEFAULT-VALUE}.")
  private int queries;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write the explanation as a page with pictures as well.")
  private Optional<Path> html = Optional.empty();

  @Option(
      names = "--figures",
      paramLabel = "DIR",
      description = "Write the pictures as SVG files as well.")
  private Optional<Path> figures = Optional.empty();

  @Mixin private AttentionOptions options;

  @Mixin private Threads threads;

  @Spec private CommandSpec spec;

  /// Explains, prints, writes.
  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    if (html.isPresent()) {
      Destination.check(html.get());
    }
    Explanation explanation;
    try (Progress _ = Progress.of(err, "explaining")) {
      explanation = explanation(source());
    }
    // Files first: they are wanted even where whoever reads the terminal's part goes away early.
    if (html.isPresent()) {
      Page page = new HtmlReport(explanation).to(new Page("LSH attention, explained"));
      AtomicFile.writeText(html.get(), page.html());
      err.println("reformer4j: wrote " + html.get());
    }
    if (figures.isPresent()) {
      Figures.of(explanation).writeTo(figures.get());
      err.println("reformer4j: wrote the figures to " + figures.get());
    }
    PrintWriter out = spec.commandLine().getOut();
    Screen screen = Screen.standard(spec.usageMessage().width());
    new TerminalReport(explanation, screen).print(out);
    return 0;
  }

  private Source source() throws IOException {
    if (Stream.of(text, file, in).filter(Optional::isPresent).count() != 1) {
      throw new UserError(
          "explain needs one thing to explain; give one of --text, --file and --in");
    }
    boolean makesVectors = words || unit.isPresent() || sharpness.isPresent();
    if (in.isPresent()) {
      refuseModel("--in brings vectors of its own");
      if (makesVectors) {
        throw new UserError(
            "--words, --unit and --sharpness make vectors of a text, but --in brings its own; drop"
                + " one or the other");
      }
      return Source.tensors(in.get());
    }
    if (makesVectors) {
      refuseModel("--words, --unit and --sharpness make vectors without one");
      double length = sharpness.orElse(SHARPNESS);
      return text.isPresent()
          ? Source.text(text.get(), unit, length, options.seed(), "")
          : Source.file(file.orElseThrow(), unit, length, options.seed());
    }
    return learned(text.isPresent() ? text.get() : Source.read(file.orElseThrow()));
  }

  private void refuseModel(String why) {
    if (model.isGiven() || layer.isPresent()) {
      throw new UserError(
          "--model and --layer are about a model, but %s; drop one or the other".formatted(why));
    }
  }

  private Source learned(String read) throws IOException {
    Reformer reformer = model.load("explain", LoadOptions.defaults(), HeadKind.values());
    try (Vocabulary vocabulary = model.vocabulary(reformer);
        Workers workers = threads.workers()) {
      String name = Objects.toString(model.directory().toAbsolutePath().getFileName(), "the model");
      return new LearnedSource(name, reformer, vocabulary).text(read, layer, workers);
    }
  }

  private Explanation explanation(Source source) {
    Subject subject = source.subject();
    LshConfig config = options.config(usual(source));
    Rotations rotations =
        options.isSeedGiven()
            ? options.rotations()
            : source.rotations().orElseGet(options::rotations);
    int asked = token.orElseGet(subject::middle);
    if (asked >= subject.n()) {
      throw new UserError(
          "--token %d does not exist; there are %d, counted from 0 to %d"
              .formatted(asked, subject.n(), subject.n() - 1));
    }
    if (head >= subject.input().heads()) {
      throw new UserError(
          "--head %d does not exist; there are %d, counted from 0 to %d"
              .formatted(head, subject.input().heads(), subject.input().heads() - 1));
    }
    try (Workers workers = threads.workers()) {
      Hashes hashes = new LshAttention(config, rotations).hash(subject.input(), workers);
      Coverage coverage =
          Coverage.of(subject.input(), config, hashes, workers, queries, options.seed());
      return Explanation.of(subject, config, rotations, hashes, head, asked, coverage, workers);
    }
  }

  /// Texts get a chunk that cuts them into several; rotations that a file brings say how many
  /// rounds and buckets there are.
  private LshConfig usual(Source source) {
    LshConfig defaults = LshConfig.defaults();
    if (source.config().isPresent()) {
      return source.config().get();
    }
    if (source.shape().length > 0) {
      if (options.isSeedGiven()) {
        throw new UserError(
            "a seed was given, but %s brings its own rotations; drop the seed, or the tensor"
                .formatted(in.orElseThrow()));
      }
      int columns = Math.toIntExact(source.shape()[3]);
      return defaults
          .withRounds(Math.toIntExact(source.shape()[2]))
          .withBuckets(Buckets.of(Math.multiplyExact(2, columns)));
    }
    if (!source.subject().isText()) {
      return defaults;
    }
    int most = Math.max(LEAST_CHUNK, source.subject().n() / CHUNKS_TO_SEE);
    return defaults.withChunk(Math.min(defaults.chunk(), Integer.highestOneBit(most)));
  }
}
