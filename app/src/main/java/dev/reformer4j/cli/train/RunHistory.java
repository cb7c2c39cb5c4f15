package dev.reformer4j.cli.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// What a run has done from its first step on, as `metrics.jsonl` tells it, thinned so that a long
/// one takes no more room than a short one.
final class RunHistory {
  private static final int MOST_EVALUATIONS = 500;

  private final Thinned loss = new Thinned();
  private final Thinned accuracy = new Thinned();
  private final Thinned gradientNorm = new Thinned();
  private final Thinned rate = new Thinned();
  private final Thinned speed = new Thinned();
  private final List<Evaluated> evaluations = new ArrayList<>();
  private Optional<Evaluated> best = Optional.empty();
  private long steps;
  private long skipped;
  private double seconds;
  private double tokens;

  /// An evaluation.
  ///
  /// @param step steps done
  /// @param loss on what is held out, in nats
  /// @param bitsPerByte likewise; NaN where the task is not of bytes
  /// @param tokens read until then
  /// @param seconds spent on steps until then
  record Evaluated(
      long step, double loss, double bitsPerByte, double accuracy, double tokens, double seconds) {}

  /// Adds a line of the metrics: a step, or an evaluation.
  void add(Map<String, Object> line) {
    double step = number(line, "step");
    if (!(step >= 1)) {
      return;
    }
    if (line.containsKey("held_out_tokens")) {
      evaluation(
          new Evaluated(
              (long) step,
              number(line, "held_out_loss"),
              number(line, "held_out_bits_per_byte"),
              number(line, "held_out_accuracy"),
              tokens,
              seconds),
          Boolean.TRUE.equals(line.get("best")));
    } else {
      step((long) step, line);
    }
  }

  private static double number(Map<String, Object> line, String name) {
    return line.get(name) instanceof Double value ? value : Double.NaN;
  }

  private void step(long step, Map<String, Object> line) {
    steps = Math.max(steps, step);
    if (Boolean.TRUE.equals(line.get("skipped"))) {
      skipped++;
    }
    loss.add(step, number(line, "loss"));
    accuracy.add(step, number(line, "accuracy"));
    gradientNorm.add(step, number(line, "gradient_norm"));
    rate.add(step, number(line, "learning_rate"));
    double took = number(line, "seconds");
    double read = number(line, "tokens");
    if (took > 0 && read > 0) {
      speed.add(step, read / took, took);
      seconds += took;
      tokens += read;
    }
  }

  private void evaluation(Evaluated evaluated, boolean isBest) {
    if (isBest) {
      best = Optional.of(evaluated);
    }
    evaluations.add(evaluated);
    if (evaluations.size() > MOST_EVALUATIONS) {
      List<Evaluated> half =
          IntStream.range(0, evaluations.size())
              .filter(i -> i % 2 == 1)
              .mapToObj(evaluations::get)
              .toList();
      evaluations.clear();
      evaluations.addAll(half);
    }
  }

  /// Nats.
  Thinned loss() {
    return loss;
  }

  /// Shares.
  Thinned accuracy() {
    return accuracy;
  }

  Thinned gradientNorm() {
    return gradientNorm;
  }

  Thinned rate() {
    return rate;
  }

  /// Tokens a second.
  Thinned speed() {
    return speed;
  }

  /// Evaluations in order; of very many, every second one, or every fourth.
  List<Evaluated> evaluations() {
    return List.copyOf(evaluations);
  }

  /// The best of all evaluations.
  Optional<Evaluated> best() {
    return best;
  }

  /// Steps done, skipped ones included.
  long steps() {
    return steps;
  }

  long skipped() {
    return skipped;
  }

  /// Spent on steps.
  double seconds() {
    return seconds;
  }

  /// Read in all steps.
  double tokens() {
    return tokens;
  }
}
