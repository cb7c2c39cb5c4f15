package dev.reformer4j.cli.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.Cli;
import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.explain.Screen;
import dev.reformer4j.layer.Activations;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.train.Examples;
import dev.reformer4j.train.RunDirectory;
import dev.reformer4j.train.RunIdentity;
import dev.reformer4j.train.RunOptions;
import dev.reformer4j.train.Trainer;
import dev.reformer4j.train.TrainingCheckpoint;
import dev.reformer4j.train.TrainingOptions;
import dev.reformer4j.train.TrainingRun;
import dev.reformer4j.train.TrainingStopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j train`.
@Command(
    name = "train",
    sortOptions = false,
    description = {
      "Trains a language model on texts, or on any data, byte by byte.",
      "What is in --out is a model directory at any time: that of the best evaluation so far. Ctrl-C"
          + " saves and leaves, --resume goes on: the model ends up the same, bit by bit."
    },
    footer = {
      "",
      "  reformer4j train --data novels/ --out model --time 30m",
      "  reformer4j train --data novels/ --out model --steps 4000 --length 8192 --resume",
      "  reformer4j train --data letters.txt --init model --out tuned --steps 500"
    })
public final class Train implements Callable<Integer> {
  private static final String STEPS = "steps";
  private static final String ACTIVATIONS = "activations";

  @Mixin private TaskOptions tasks;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description =
          "Directory of the model, created if need be; checkpoints/ and metrics.jsonl are in it"
              + " too, and report.html, a page to open in a browser while it trains.")
  private Path out;

  @Mixin private StartOptions start;

  @Option(
      names = "--resume",
      description =
          "Go on where the training in --out was left; the other options must be as they were.")
  private boolean resume;

  @Mixin private LengthOptions lengths;

  @Mixin private OptimizerOptions optimizer;

  @Mixin private RunSettings settings;

  @Option(
      names = "--seed",
      paramLabel = "S",
      converter = Numbers.Seed.class,
      defaultValue = "0",
      description =
          "Of everything that is drawn: first weights, order of the data, dropout. Default:"
              + " ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private Threads threads;

  @Spec private CommandSpec spec;

  /// Trains, and says how it is getting on, on standard error.
  @Override
  public Integer call() throws IOException {
    lengths.check();
    start.check(out);
    Task task = tasks.task();
    requireFree();
    Reformer model = start.model(task, seed);
    try (Lessons lessons = task.open(model, start.vocabulary(model))) {
      int length = lessons.length(lengths.length(), model);
      lengths.curriculum().check(length, lessons);
      optimizer.check();
      try (RunDirectory directory = RunDirectory.open(out);
          Workers workers = threads.workers()) {
        Activations activations = activations(model, length, directory);
        TrainingMemory.require(model, length, optimizer.kind(), activations);
        lessons.saveTo(out);
        return train(new Subject(task, model, lessons, length, activations), directory, workers);
      }
    } catch (TrainingStopped e) {
      throw new UserError(e.getMessage(), e);
    } catch (CancellationException e) {
      throw new UserError(
          "interrupted; what was done since the last checkpoint is lost, and --resume goes on from"
              + " there",
          e);
    }
  }

  /// What is trained, and on what.
  ///
  /// @param length tokens of one sequence
  private record Subject(
      Task task, Reformer model, Lessons lessons, int length, Activations activations) {}

  /// What the user wants, what the run had that goes on, or what the heap has room for. They give
  /// other last bits, so a run keeps to one of them.
  private Activations activations(Reformer model, int length, RunDirectory directory)
      throws IOException {
    Optional<Activations> before =
        resume
            ? RunIdentity.line(directory, ACTIVATIONS)
                .map(name -> Activations.valueOf(name.toUpperCase(Locale.ROOT)))
            : Optional.empty();
    return optimizer
        .activations()
        .or(() -> before)
        .orElseGet(() -> TrainingMemory.choose(model, length, optimizer.kind()));
  }

  /// Refuses to write over what is there.
  private void requireFree() throws IOException {
    Path checkpoints = RunDirectory.checkpointsIn(out);
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new UserError("--out " + out + " is a file; name a directory");
    }
    if (!resume && !TrainingCheckpoint.list(checkpoints).isEmpty()) {
      throw new UserError(
          "--out "
              + out
              + " holds a training already; give --resume to go on with it, or choose another"
              + " directory");
    }
    if (!Files.exists(checkpoints) && Files.exists(out.resolve("config.json"))) {
      throw new UserError(
          "--out "
              + out
              + " holds a model that was not trained there; choose another directory, and --init to"
              + " begin with that model");
    }
  }

  private int train(Subject subject, RunDirectory directory, Workers workers) throws IOException {
    Reformer model = subject.model;
    Lessons lessons = subject.lessons;
    int batch = lengths.batch(subject.task.batch());
    Curriculum curriculum = lengths.curriculum();
    IntFunction<Examples> ofLength = n -> lessons.learnt(n, model.positions(), seed);
    Examples examples = curriculum.examples(ofLength, subject.length, batch);
    Optional<Examples> heldOut = lessons.heldOut(subject.length, seed);
    long steps = steps(subject, ofLength.apply(subject.length), batch, directory, workers);
    TrainingOptions options =
        optimizer.options(
            steps, batch, start.rate(subject.task), start.newRotations(subject.task), seed);
    RunOptions runOptions = settings.options(steps, batch, heldOut, subject.length, lengths.time());
    ProgressLine progress =
        new ProgressLine(
            spec.commandLine().getErr(),
            Screen.isTerminal(),
            steps,
            lessons.measure(),
            (step, tokens) ->
                curriculum.stepsLeft(step, steps, subject.length, Math.max(1, tokens / batch)),
            lengths.time(),
            System::nanoTime);
    ModelCard card =
        new ModelCard(
            out,
            model,
            subject.task.words(),
            lessons,
            start.words(),
            commandLine(),
            subject.length);
    try (RunReport report =
        new RunReport(progress, card, steps, settings.sampleTokens(), workers)) {
      TrainingRun run =
          new TrainingRun(
              directory,
              new Trainer(model, options, subject.activations),
              examples,
              heldOut,
              runOptions,
              identity(subject, options, runOptions),
              report);
      progress.say(
          "%s, %s steps of %s tokens; %s"
              .formatted(
                  start.words(),
                  Say.count(steps),
                  Say.count((long) batch * subject.length),
                  lessons.words()));
      report.begin(resume ? resumed(run, progress) : 0);
      return run(run, report, progress, workers);
    }
  }

  /// As many steps as the user wants, as the run had that goes on, or as fit into the time.
  private long steps(
      Subject subject, Examples examples, int batch, RunDirectory directory, Workers workers)
      throws IOException {
    if (lengths.steps().isPresent()) {
      return lengths.steps().get();
    }
    Optional<Long> before =
        resume ? RunIdentity.line(directory, STEPS).map(Long::valueOf) : Optional.empty();
    if (before.isPresent()) {
      return before.get();
    }
    Duration time = lengths.time().orElseThrow();
    say("finding out how many steps fit into " + Say.seconds(time.toMillis() / 1e3));
    long whole =
        StepTimer.stepsIn(time, subject.model, examples, batch, subject.activations, workers);
    return lengths.curriculum().steps(whole, subject.length);
  }

  private RunIdentity identity(Subject subject, TrainingOptions options, RunOptions runOptions) {
    String text =
        """
        %s: %d
        length: %d
        batch: %d
        learning rate: %s
        optimizer: %s, weight decay %s
        clip: %s
        %s: %s
        label smoothing: %s
        seed: %d
        steps between evaluations: %d
        %sbegun as: %s
        """
            .formatted(
                STEPS,
                options.steps(),
                subject.length,
                options.batch(),
                options.schedule(),
                options.optimizer(),
                options.weightDecay(),
                options.clip(),
                ACTIVATIONS,
                subject.activations.name().toLowerCase(Locale.ROOT),
                options.smoothing(),
                seed,
                runOptions.evaluateEvery(),
                subject.lessons.identity(),
                start.words());
    String stages = lengths.curriculum().toString();
    String also = stages.isEmpty() ? "" : "curriculum: " + stages + "\n";
    return new RunIdentity(
        text + also + start.identity(subject.task) + subject.model.config().toJson());
  }

  private long resumed(TrainingRun run, ProgressLine progress) throws IOException {
    Optional<TrainingCheckpoint> checkpoint = run.resume();
    progress.say(
        checkpoint
            .map(found -> "going on behind step " + Say.count(found.steps()))
            .orElse("nothing was saved in " + out + " yet, so it begins at the beginning"));
    return checkpoint.map(TrainingCheckpoint::steps).orElse(0L);
  }

  private int run(TrainingRun run, RunReport report, ProgressLine progress, Workers workers)
      throws IOException {
    Consumer<String> leave =
        _ -> {
          run.stop();
          progress.say("saving after this step, and leaving; once more leaves at once");
        };
    try (StopSignals signals = StopSignals.listen(leave)) {
      TrainingRun.End end = run.run(workers);
      progress.clear();
      String how =
          switch (end) {
            case DONE -> "done";
            case TIME -> "the time is up, --resume goes on";
            case PATIENCE -> "evaluations do not get better any more";
            case STOPPED -> "stopped and saved, --resume goes on";
          };
      report.end(how);
      say(
          how
              + "; "
              + report.best().map(best -> "at best " + best + "; ").orElse("")
              + "the model is in "
              + out);
      return end == TrainingRun.End.STOPPED ? signals.exitCode() : Cli.OK;
    }
  }

  private List<String> commandLine() {
    return spec.commandLine().getParseResult().originalArgs();
  }

  private void say(String line) {
    spec.commandLine().getErr().println("reformer4j: " + line);
  }
}
