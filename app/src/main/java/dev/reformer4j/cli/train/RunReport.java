package dev.reformer4j.cli.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.cli.Say;
import dev.reformer4j.train.Evaluation;
import dev.reformer4j.train.Step;
import dev.reformer4j.train.TrainingCheckpoint;
import dev.reformer4j.train.TrainingListener;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Tells the user, the metrics file, the report and the model card what a run does.
final class RunReport implements TrainingListener, AutoCloseable {
  private final ProgressLine progress;
  private final ModelCard card;
  private final long steps;
  private final int sampleTokens;
  private final Workers workers;
  private final LiveReport live;
  private Optional<Metrics> metrics = Optional.empty();
  private Optional<Samples> samples = Optional.empty();
  private Optional<String> best = Optional.empty();
  private boolean evaluates;
  private boolean ended;

  /// @param card names the directory of the files
  /// @param steps of the whole training
  /// @param sampleTokens of what a language model writes for the report; 0 for nothing
  RunReport(ProgressLine progress, ModelCard card, long steps, int sampleTokens, Workers workers) {
    this.progress = progress;
    this.card = card;
    this.steps = steps;
    this.sampleTokens = sampleTokens;
    this.workers = workers;
    this.live = new LiveReport(card.directory().resolve("report.html"), System::nanoTime);
  }

  /// Begins, or goes on, behind a step.
  void begin(long stepsDone) throws IOException {
    metrics =
        Optional.of(
            Metrics.open(card.directory().resolve("metrics.jsonl"), stepsDone, card.lessons()));
    samples =
        Samples.open(
            card.directory().resolve("samples.jsonl"),
            stepsDone,
            card.model(),
            card.lessons(),
            sampleTokens,
            workers);
    evaluates = card.lessons().heldOut(card.length(), 0).isPresent();
    writeReport();
    progress.say("the report is " + live.file());
  }

  @Override
  public void onStep(Step step) throws IOException {
    metrics.orElseThrow().step(step);
    if (step.skipped()) {
      progress.say(
          "step %s was skipped: its loss or gradient was not finite"
              .formatted(Say.count(step.number())));
    }
    progress.step(step);
    if (live.isDue()) {
      writeReport();
    }
  }

  @Override
  public void onEvaluation(long step, Evaluation evaluation, boolean isBest) throws IOException {
    metrics.orElseThrow().evaluation(step, evaluation, isBest);
    String found =
        "%s held out, after step %s"
            .formatted(
                card.lessons().heldOutMeasure().words(evaluation.loss(), evaluation.accuracy(), 4),
                Say.count(step));
    progress.say(found + (isBest ? " (best)" : ""));
    if (isBest) {
      best = Optional.of(found);
    }
    takeSample(step);
  }

  @Override
  public void onModel(long step, Optional<Evaluation> evaluation) throws IOException {
    card.write(step, steps, evaluation);
  }

  /// Where nothing is held out there are no evaluations to take samples at.
  @Override
  public void onCheckpoint(TrainingCheckpoint checkpoint) throws IOException {
    if (!evaluates) {
      takeSample(checkpoint.steps());
    }
  }

  private void takeSample(long step) throws IOException {
    if (samples.isPresent()) {
      samples.get().take(step);
    }
    writeReport();
  }

  @Override
  public void onDamaged(TensorFileException reason) {
    progress.say(reason.getMessage() + "; trying the checkpoint before it");
  }

  /// The best evaluation of this process, in a few words.
  Optional<String> best() {
    return best;
  }

  /// The run has ended.
  ///
  /// @param words how
  void end(String words) throws IOException {
    live.ended(page(), words);
    ended = true;
  }

  private void writeReport() throws IOException {
    live.running(page(), progress.secondsLeft());
  }

  private RunPage page() {
    return new RunPage(
        card,
        steps,
        metrics.orElseThrow().history(),
        samples.map(Samples::newest).orElse(List.of()));
  }

  /// Closes what is open; a report of a run that failed says so.
  @Override
  public void close() throws IOException {
    progress.clear();
    try (Metrics _ = metrics.orElse(null);
        Samples _ = samples.orElse(null)) {
      if (metrics.isPresent() && !ended) {
        end("broken off; --resume goes on behind the last checkpoint");
      }
    }
  }
}
