package dev.reformer4j.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.TensorFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
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

  private static final String BEST = "best";
  private static final String EVALUATIONS_SINCE = "since_best";

  /// Steps may take minutes, and nobody wants to lose hours of them.
  private static final Duration LONGEST_UNSAVED = Duration.ofMinutes(10);

  private final RunDirectory directory;
  private final Trainer trainer;
  private final Examples examples;
  private final Optional<Examples> heldOut;
  private final RunOptions options;
  private final RunIdentity identity;
  private final TrainingListener listener;
  private double best = Double.POSITIVE_INFINITY;
  private int sinceBest;
  private long lastSave;
  private volatile boolean stopped;

  /// @param directory stays open after the run
  /// @param heldOut what it is evaluated on
  /// @param identity says what must not change when the run goes on: configuration, options, data
  public TrainingRun(
      RunDirectory directory,
      Trainer trainer,
      Examples examples,
      Optional<Examples> heldOut,
      RunOptions options,
      RunIdentity identity,
      TrainingListener listener) {
    this.directory = directory;
    this.trainer = trainer;
    this.examples = examples;
    this.heldOut = heldOut;
    this.options = options;
    this.identity = identity;
    this.listener = listener;
  }

  /// Goes on from the newest checkpoint that is whole; the listener hears of those that are not.
  ///
  /// @return it; empty if there is none, and the run begins at the beginning
  /// @throws TensorFileException if the run was another one, or none of its checkpoints is whole
  public Optional<TrainingCheckpoint> resume() throws TensorFileException {
    List<Path> files = directory.checkpoints();
    for (Path file : files) {
      try {
        TrainingCheckpoint checkpoint = TrainingCheckpoint.open(file);
        identity.check(checkpoint);
        checkpoint.restore(trainer);
        best = checkpoint.number(BEST);
        sinceBest = (int) checkpoint.number(EVALUATIONS_SINCE);
        return Optional.of(checkpoint);
      } catch (RunIdentity.AnotherRun e) {
        throw new TensorFileException(e.getMessage(), e);
      } catch (TensorFileException e) {
        listener.onDamaged(e);
      }
    }
    if (!files.isEmpty()) {
      throw new TensorFileException(
          "no checkpoint in "
              + files.getFirst().getParent()
              + " can be used; delete them to begin at the beginning");
    }
    return Optional.empty();
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
    lastSave = begun;
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
        if (isDue(options.saveEvery()) || !going || isOlder(lastSave, LONGEST_UNSAVED)) {
          save();
        }
      }
    } catch (TrainingStopped e) {
      save(); // the parameters are those of the last good step
      throw e;
    }
    if (best == Double.POSITIVE_INFINITY) {
      saveModel(Optional.empty()); // it has never been evaluated
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
    boolean late = options.limit().filter(limit -> isOlder(begun, limit)).isPresent();
    return late ? Optional.of(End.TIME) : Optional.empty();
  }

  private static boolean isOlder(long nanoTime, Duration age) {
    return System.nanoTime() - nanoTime >= age.toNanos();
  }

  private boolean evaluate(Workers workers) throws IOException {
    Evaluation evaluation =
        Evaluation.of(trainer.model(), heldOut.orElseThrow(), options.evaluateOn(), workers);
    boolean better = evaluation.loss() < best;
    sinceBest = better ? 0 : sinceBest + 1;
    if (better) {
      best = evaluation.loss();
    }
    listener.onEvaluation(trainer.stepsDone(), evaluation, better);
    if (better) {
      saveModel(Optional.of(evaluation));
    }
    return better;
  }

  private void saveModel(Optional<Evaluation> evaluation) throws IOException {
    trainer.model().save(directory.path(), DType.F32);
    listener.onModel(trainer.stepsDone(), evaluation);
  }

  private void save() throws IOException {
    lastSave = System.nanoTime();
    Map<String, String> facts = new HashMap<>();
    identity.putInto(facts);
    facts.put(BEST, Double.toString(best));
    facts.put(EVALUATIONS_SINCE, Integer.toString(sinceBest));
    listener.onCheckpoint(
        TrainingCheckpoint.write(
            RunDirectory.checkpointsIn(directory.path()), trainer, facts, options.keep()));
  }
}
