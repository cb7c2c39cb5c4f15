package dev.reformer4j.cli.train;

import dev.reformer4j.train.Evaluation;
import dev.reformer4j.train.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// `metrics.jsonl`: one JSON object a line for every step and every evaluation.
final class Metrics implements AutoCloseable {
  private final JsonLines lines;
  private final Lessons lessons;
  private final RunHistory history = new RunHistory();

  private Metrics(JsonLines lines, Lessons lessons) {
    this.lines = lines;
    this.lessons = lessons;
  }

  /// Opens the file to go on behind a step: what it says of later ones is cut off.
  ///
  /// @param lessons say how their loss is told
  static Metrics open(Path file, long steps, Lessons lessons) throws IOException {
    JsonLines lines = JsonLines.open(file, steps);
    Metrics metrics = new Metrics(lines, lessons);
    lines.read(metrics.history::add);
    return metrics;
  }

  /// All that it says; it grows.
  RunHistory history() {
    return history;
  }

  /// A line for a step. One that was skipped has no loss, which was not finite.
  void step(Step step) throws IOException {
    Map<String, Object> line =
        lines.write(json -> {
          json.writeNumberProperty("step", step.number());
          if (step.skipped()) {
            json.writeBooleanProperty("skipped", true);
          } else {
            json.writeNumberProperty("loss", step.loss());
            lessons
                .measure()
                .bitsPerByte(step.loss())
                .ifPresent(bits -> json.writeNumberProperty("bits_per_byte", bits));
            json.writeNumberProperty("accuracy", step.accuracy());
            json.writeNumberProperty("gradient_norm", step.gradientNorm());
          }
          step.drift().ifPresent(drift -> json.writeNumberProperty("reversal_drift", drift));
          json.writeNumberProperty("learning_rate", step.rate());
          json.writeNumberProperty("tokens", step.tokens());
          json.writeNumberProperty("seconds", step.seconds());
        });
    history.add(line);
  }

  /// A line for an evaluation.
  void evaluation(long step, Evaluation evaluation, boolean best) throws IOException {
    Map<String, Object> line =
        lines.write(json -> {
          json.writeNumberProperty("step", step);
          if (Double.isFinite(evaluation.loss())) {
            json.writeNumberProperty("held_out_loss", evaluation.loss());
            lessons
                .heldOutMeasure()
                .bitsPerByte(evaluation.loss())
                .ifPresent(bits -> json.writeNumberProperty("held_out_bits_per_byte", bits));
            json.writeNumberProperty("held_out_accuracy", evaluation.accuracy());
          }
          json.writeNumberProperty("held_out_tokens", evaluation.positions());
          json.writeBooleanProperty("best", best);
        });
    history.add(line);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
