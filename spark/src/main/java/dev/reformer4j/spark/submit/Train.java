package dev.reformer4j.spark.submit;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.spark.SparkGradients;
import dev.reformer4j.text.ByteVocabulary;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.train.ByteCorpus;
import dev.reformer4j.train.CausalExamples;
import dev.reformer4j.train.Corpus;
import dev.reformer4j.train.RunDirectory;
import dev.reformer4j.train.RunIdentity;
import dev.reformer4j.train.RunOptions;
import dev.reformer4j.train.Schedule;
import dev.reformer4j.train.Step;
import dev.reformer4j.train.TokenCorpus;
import dev.reformer4j.train.Trainer;
import dev.reformer4j.train.TrainingListener;
import dev.reformer4j.train.TrainingOptions;
import dev.reformer4j.train.TrainingRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `train`.
@Command(
    name = "train",
    sortOptions = false,
    description = {
      "Trains a language model further, every step over all executors.",
      "Data, checkpoints and the model are the driver's; a run that was stopped goes on from its"
          + " newest checkpoint."
    })
final class Train implements Callable<Integer> {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "Directory of the model to begin with.")
  private Path model = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      arity = "1..*",
      description = "Text files.")
  private List<Path> data = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Directory of the run: the model, and checkpoints.")
  private Path out = Path.of("");

  @Option(names = "--steps", paramLabel = "N", required = true, description = "All steps.")
  private long steps;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Sequences of a step. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--length",
      paramLabel = "N",
      description = "Tokens of a sequence. Default: all positions of the model.")
  private Optional<Integer> length = Optional.empty();

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      defaultValue = "0.001",
      description = "Largest learning rate. Default: ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--slices",
      paramLabel = "N",
      description = "Tasks of a step. Default: the cores of the cluster.")
  private Optional<Integer> slices = Optional.empty();

  @Option(
      names = "--save-every",
      paramLabel = "N",
      defaultValue = "100",
      description = "Steps between checkpoints. Default: ${DEFAULT-VALUE}.")
  private long saveEvery;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of all that is drawn. Default: 0.")
  private long seed;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Reformer reformer = Reformer.load(model);
    ReformerConfig config = reformer.config();
    TrainingOptions options = options();
    try (Vocabulary vocabulary = Vocabulary.load(model, config.vocabularySize());
        Corpus corpus = corpus(vocabulary);
        RunDirectory directory = RunDirectory.open(out);
        SparkSession session = SparkSession.builder().appName("reformer4j").getOrCreate();
        Workers workers = Workers.allProcessors()) {
      vocabulary.saveTo(out);
      int tasks = slices.orElse(session.sparkContext().defaultParallelism());
      Trainer trainer = new Trainer(reformer, options, new SparkGradients(session, tasks));
      CausalExamples examples =
          new CausalExamples(
              corpus, length.orElse(reformer.positions()), reformer.positions(), seed);
      TrainingRun run =
          new TrainingRun(
              directory,
              trainer,
              examples,
              Optional.empty(),
              new RunOptions(steps, 1, saveEvery, 2, Optional.empty(), 0),
              new RunIdentity(identity(config, options, corpus)),
              new Told(spec.commandLine().getErr()));
      run.resume();
      run.run(workers);
    }
    return 0;
  }

  private TrainingOptions options() {
    TrainingOptions defaults = TrainingOptions.defaults(steps);
    Schedule schedule = defaults.schedule();
    return new TrainingOptions(
        steps,
        batch,
        new Schedule(schedule.decay(), rate, schedule.warmup(), schedule.steps(), schedule.floor()),
        defaults.optimizer(),
        defaults.weightDecay(),
        defaults.clip(),
        defaults.smoothing(),
        defaults.newRotations(),
        seed,
        defaults.mostSkips());
  }

  private Corpus corpus(Vocabulary vocabulary) throws IOException {
    return vocabulary instanceof ByteVocabulary
        ? ByteCorpus.open(data)
        : TokenCorpus.encode(data, vocabulary);
  }

  private String identity(ReformerConfig config, TrainingOptions options, Corpus corpus) {
    return "configuration: "
        + config.toJson().replaceAll("\\s+", " ")
        + "\noptions: "
        + options
        + "\nlength: "
        + length
        + "\ndata: "
        + corpus.fingerprint();
  }

  /// Tells of every step.
  private record Told(PrintWriter err) implements TrainingListener {
    @Override
    public void onStep(Step step) {
      err.println(
          String.format(
              Locale.ROOT,
              "reformer4j: step %d  loss %.4f  gradient %.3g  %.0f tokens/s",
              step.number(),
              step.loss(),
              step.gradientNorm(),
              step.tokens() / step.seconds()));
    }
  }
}
