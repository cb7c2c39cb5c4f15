package dev.reformer4j.cli.train;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.cli.Say;
import dev.reformer4j.train.Evaluation;
import dev.reformer4j.train.Step;
import dev.reformer4j.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Tells the user, the metrics file and the model card what a run does.
final class RunReport implements TrainingListener, AutoCloseable {
  private final ProgressLine progress;
  private final Path metricsFile;
  private final ModelCard card;
  private final long steps;
  private Optional<Metrics> metrics = Optional.empty();
  private Optional<String> best = Optional.empty();

  /// @param steps of the whole training
  RunReport(ProgressLine progress, Path metricsFile, ModelCard card, long steps) {
    this.progress = progress;
    this.metricsFile = metricsFile;
    this.card = card;
    this.steps = steps;
  }

  /// Begins, or goes on, behind a step.
  void begin(long stepsDone) throws IOException {
    metrics = Optional.of(Metrics.open(metricsFile, stepsDone, card.lessons()));
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
  }

  @Override
  public void onModel(long step, Optional<Evaluation> evaluation) throws IOException {
    card.write(step, steps, evaluation);
  }

  @Override
  public void onDamaged(TensorFileException reason) {
    progress.say(reason.getMessage() + "; trying the checkpoint before it");
  }

  /// The best evaluation of this process, in a few words.
  Optional<String> best() {
    return best;
  }

  @Override
  public void close() throws IOException {
    progress.clear();
    if (metrics.isPresent()) {
      metrics.get().close();
    }
  }
}
