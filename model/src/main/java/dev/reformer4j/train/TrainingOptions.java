package dev.reformer4j.train;

import dev.reformer4j.layer.Draws;
import java.io.Serializable;

/// How a training goes, apart from model and data. The defaults live in
/// [TrainingOptions#defaults(long)].
///
/// @param steps how many steps it has
/// @param batch sequences of one step; their gradients add up
/// @param schedule the learning rate
/// @param optimizer which optimiser
/// @param weightDecay decoupled weight decay of matrices
/// @param clip the longest gradient, all parameters together, that is not shortened
/// @param smoothing label smoothing
/// @param newRotations whether LSH layers hash every sequence of a step by rotations of its own, as
///   the paper trains, and not by those that the model has afterwards
/// @param seed of everything that is drawn
/// @param mostSkips steps with a loss or gradient that is not finite, one after the other, before
///   the training stops
public record TrainingOptions(
    long steps,
    int batch,
    Schedule schedule,
    OptimizerKind optimizer,
    double weightDecay,
    double clip,
    double smoothing,
    boolean newRotations,
    long seed,
    int mostSkips)
    implements Serializable {

  /// Which optimiser.
  public enum OptimizerKind {
    /// [AdamW] with betas 0.9 and 0.98.
    ADAMW,
    /// [Adafactor].
    ADAFACTOR
  }

  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.98;
  private static final double EPSILON = 1e-8;

  /// Checks every value.
  ///
  /// @throws IllegalArgumentException if a number is out of its range
  public TrainingOptions {
    Rule.require(steps >= 1, "steps", steps, "at least 1");
    Rule.require(batch >= 1, "batch", batch, "at least 1 sequence");
    Rule.require(weightDecay >= 0, "weight decay", weightDecay, "0 or more");
    Rule.require(clip > 0, "clip", clip, "above 0");
    Rule.require(smoothing >= 0 && smoothing < 1, "label smoothing", smoothing, "in [0, 1)");
    Rule.require(mostSkips >= 0, "skips", mostSkips, "0 or more");
  }

  /// The defaults for a number of steps: one sequence a step, AdamW at 10⁻³ with a warm-up of 100
  /// steps (a tenth of a shorter training) and a cosine down to a tenth, weight decay 0.01, clip 1.
  public static TrainingOptions defaults(long steps) {
    Schedule schedule =
        new Schedule(Schedule.Decay.COSINE, 1e-3, Math.min(100, steps / 10), steps, 0.1);
    return new TrainingOptions(steps, 1, schedule, OptimizerKind.ADAMW, 0.01, 1, 0, false, 0, 10);
  }

  /// The random draws of one sequence in one step.
  Draws draws(long step, int sequence) {
    Draws draws = Draws.of(seed, step, sequence);
    return newRotations ? draws.withRotations() : draws;
  }

  Optimizer newOptimizer() {
    return switch (optimizer) {
      case ADAMW -> new AdamW(BETA_1, BETA_2, EPSILON, weightDecay);
      case ADAFACTOR -> new Adafactor(weightDecay);
    };
  }
}
