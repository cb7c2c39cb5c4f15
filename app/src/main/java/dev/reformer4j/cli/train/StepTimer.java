package dev.reformer4j.cli.train;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Activations;
import dev.reformer4j.layer.Draws;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.train.CrossEntropy;
import dev.reformer4j.train.Example;
import dev.reformer4j.train.Examples;
import java.time.Duration;

/// How many steps fit into a time.
final class StepTimer {
  /// Share of the time that is spent on finding out.
  private static final double SHARE = 0.05;

  /// Share of the time that the steps should take; the rest is for evaluations and checkpoints.
  private static final double USED = 0.88;

  private StepTimer() {}

  /// Goes backward through a sequence again and again, without changing anything, and counts with
  /// the fastest pass.
  static long stepsIn(
      Duration time,
      Reformer model,
      Examples examples,
      int batch,
      Activations activations,
      Workers workers) {
    double limit = time.toNanos() * 1e-9;
    double spent = 0;
    double fastest = Double.POSITIVE_INFINITY;
    Example example = examples.example(0);
    while (spent < SHARE * limit) {
      long begun = System.nanoTime();
      CrossEntropy loss = new CrossEntropy(example.targets(), model.answerWidth(), 1, 0);
      model.backward(example.ids(), example.at(), loss, Draws.NONE, activations, workers);
      double seconds = (System.nanoTime() - begun) * 1e-9;
      spent += seconds;
      fastest = Math.min(fastest, seconds);
    }
    return Math.max(1, (long) (USED * (limit - spent) / (fastest * batch)));
  }
}
