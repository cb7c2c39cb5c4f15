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
  /// Share of the time that is spent on finding out, at least.
  private static final double LEAST_SHARE = 0.05;

  /// And at most, once there are a few passes: the first are many times slower, since what they run
  /// is compiled meanwhile.
  private static final double MOST_SHARE = 0.2;

  private static final int LEAST_PASSES = 4;

  /// Share of the time that even a few passes may not exceed, but by the last of them.
  private static final double FEW_SHARE = 0.35;

  /// Passes without a faster one after which the fastest is believed.
  private static final int BELIEVED = 3;

  /// Share of the time that the steps should take; the rest is for evaluations and checkpoints.
  private static final double USED = 0.88;

  private StepTimer() {}

  /// Goes backward through a sequence again and again, without changing anything, until that gets
  /// no faster, and counts with the fastest pass.
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
    int passes = 0;
    int since = 0;
    while ((passes < LEAST_PASSES && spent < FEW_SHARE * limit)
        || spent < LEAST_SHARE * limit
        || (since < BELIEVED && spent < MOST_SHARE * limit)) {
      long begun = System.nanoTime();
      CrossEntropy loss = new CrossEntropy(example.targets(), model.answerWidth(), 1, 0);
      model.backward(example.ids(), example.at(), loss, Draws.NONE, activations, workers);
      double seconds = (System.nanoTime() - begun) * 1e-9;
      spent += seconds;
      passes++;
      since = seconds < 0.9 * fastest ? 0 : since + 1;
      fastest = Math.min(fastest, seconds);
    }
    return Math.max(1, (long) (USED * Math.max(0, limit - spent) / (fastest * batch)));
  }
}
