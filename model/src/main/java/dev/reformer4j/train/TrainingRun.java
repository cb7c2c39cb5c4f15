package dev.reformer4j.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.TensorFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A training in a directory, from its first step or from where it was left, to its end.
///
/// The directory is a model directory: `config.json` and `model.safetensors` are the model as of
/// its best evaluation (as of its end, if nothing is held out). `checkpoints/` is where the run
/// goes on from. A process that is killed at any moment loses the steps since the last checkpoint,
/// and a run that goes on from one ends with the bits of a run that was never stopped.
public final class TrainingRun {
  /// Why a run ended.
  public enum End {
    /// All steps are done.
    DONE,
    /// The time is up.
    TIME,
    /// Evaluations have not become better for a while.
    PATIENCE,
    /// Somebody asked it to stop.
    STOPPED
  }

  private static final String CHECKPOINTS = "checkpoints";
  private static final String BEST = "best";
  private static final String EVALUATIONS_SINCE = "since_best";
  private static final String IDENTITY = "run";

  private final Path directory;
  private final Trainer trainer;
  private final Examples examples;
  private final Optional<Examples> heldOut;
  private final RunOptions options;
  private final String identity;
  private final TrainingListener listener;
  private double best = Double.POSITIVE_INFINITY;
  private int sinceBest;
  private volatile boolean stopped;

  /// @param directory is made if need be
  /// @param heldOut what it is evaluated on
  /// @param identity says what must not change when the run goes on: configuration, options, data
  public TrainingRun(
      Path directory,
      Trainer trainer,
      Examples examples,
      Optional<Examples> heldOut,
      RunOptions options,
      String identity,
      TrainingListener listener) {
    this.directory = directory;
    this.trainer = trainer;
    this.examples = examples;
    this.heldOut = heldOut;
    this.options = options;
    this.identity = identity;
    this.listener = listener;
  }

  /// Goes on from the newest checkpoint that is whole.
  ///
  /// @return it; empty if there is none, and the run begins at the beginning
  /// @throws TensorFileException if none can be used, or the run was another one
  public Optional<TrainingCheckpoint> resume() throws TensorFileException {
    TensorFileException first = null;
    for (Path file : TrainingCheckpoint.list(directory.resolve(CHECKPOINTS))) {
      try {
        TrainingCheckpoint checkpoint = TrainingCheckpoint.open(file);
        checkIdentity(checkpoint);
        checkpoint.restore(trainer);
        best = Double.parseDouble(checkpoint.facts().getOrDefault(BEST, "Infinity"));
        sinceBest = Integer.parseInt(checkpoint.facts().getOrDefault(EVALUATIONS_SINCE, "0"));
        return Optional.of(checkpoint);
      } catch (TensorFileException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
    return Optional.empty();
  }

  private void checkIdentity(TrainingCheckpoint checkpoint) throws TensorFileException {
    String other = checkpoint.facts().getOrDefault(IDENTITY, "");
    if (!other.equals(identity)) {
      throw new TensorFileException(
          checkpoint.file()
              + ": is of another run, "
              + firstDifference(other)
              + "; go on with the same configuration, options and data, or begin anew in another"
              + " directory");
    }
  }

  /// The first line in which two identities differ.
  private String firstDifference(String other) {
    String[] mine = identity.lines().toArray(String[]::new);
    String[] others = other.lines().toArray(String[]::new);
    for (int i = 0; i < Math.min(mine.length, others.length); i++) {
      if (!mine[i].equals(others[i])) {
        return "with \"" + others[i].strip() + "\" where this one has \"" + mine[i].strip() + "\"";
      }
    }
    return "with " + others.length + " settings where this one has " + mine.length;
  }

  /// Asks the run to save and leave after the step that it is at; any thread may.
  public void stop() {
    stopped = true;
  }

  /// Runs to the end.
  ///
  /// @throws TensorFileException if something cannot be written
  /// @throws TrainingStopped if too many steps were not finite; the last good state is saved
  public End run(Workers workers) throws IOException {
    long begun = System.nanoTime();
    End end = End.DONE;
    try {
      boolean going = true;
      while (going && !trainer.isDone()) {
        listener.onStep(trainer.step(examples, workers));
        boolean better = true;
        if (isDue(options.evaluateEvery()) && heldOut.isPresent()) {
          better = evaluate(workers);
        }
        Optional<End> early = endsEarly(better, begun);
        end = early.orElse(end);
        going = early.isEmpty();
        if (isDue(options.saveEvery()) || !going) {
          save();
        }
      }
    } catch (TrainingStopped e) {
      save(); // the parameters are those of the last good step
      throw e;
    }
    if (heldOut.isEmpty() || best == Double.POSITIVE_INFINITY) {
      trainer.model().save(directory, DType.F32);
    }
    return end;
  }

  private boolean isDue(long every) {
    return trainer.stepsDone() % every == 0 || trainer.isDone();
  }

  private Optional<End> endsEarly(boolean better, long begun) {
    if (stopped) {
      return Optional.of(End.STOPPED);
    }
    if (!better && options.patience() > 0 && sinceBest >= options.patience()) {
      return Optional.of(End.PATIENCE);
    }
    Duration spent = Duration.ofNanos(System.nanoTime() - begun);
    boolean late = options.limit().filter(limit -> spent.compareTo(limit) >= 0).isPresent();
    return late ? Optional.of(End.TIME) : Optional.empty();
  }

  private boolean evaluate(Workers workers) throws TensorFileException {
    Evaluation evaluation =
        Evaluation.of(trainer.model(), heldOut.orElseThrow(), options.evaluateOn(), workers);
    boolean better = evaluation.loss() < best;
    sinceBest = better ? 0 : sinceBest + 1;
    if (better) {
      best = evaluation.loss();
      trainer.model().save(directory, DType.F32);
    }
    listener.onEvaluation(trainer.stepsDone(), evaluation, better);
    return better;
  }

  private void save() throws TensorFileException {
    Map<String, String> facts = new HashMap<>();
    facts.put(IDENTITY, identity);
    facts.put(BEST, Double.toString(best));
    facts.put(EVALUATIONS_SINCE, Integer.toString(sinceBest));
    listener.onCheckpoint(
        TrainingCheckpoint.write(directory.resolve(CHECKPOINTS), trainer, facts, options.keep()));
  }
}
