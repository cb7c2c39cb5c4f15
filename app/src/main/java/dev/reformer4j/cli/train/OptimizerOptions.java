package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.layer.Activations;
import dev.reformer4j.train.Schedule;
import dev.reformer4j.train.TrainingOptions;
import dev.reformer4j.train.TrainingOptions.OptimizerKind;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How parameters are changed.
final class OptimizerOptions {
  /// The share of the peak that a cosine ends at.
  private static final double FLOOR = 0.1;

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      converter = Numbers.Real.class,
      description =
          "The highest learning rate. Default: that of the preset; 0.001 with --config, 0.0002"
              + " with --init.")
  private Double rate;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      converter = Numbers.NotNegative.class,
      description =
          "Steps until the learning rate is at its highest. Default: 100, or a tenth of a shorter"
              + " training.")
  private Integer warmup;

  @Option(
      names = "--schedule",
      paramLabel = "KIND",
      defaultValue = "cosine",
      description = {
        "What happens after that: cosine falls to a tenth at the last step, rsqrt with the square"
            + " root of the steps, constant not at all.",
        "Default: ${DEFAULT-VALUE}."
      })
  private Schedule.Decay schedule;

  @Option(
      names = "--optimizer",
      paramLabel = "KIND",
      defaultValue = "adamw",
      description = "adamw, or adafactor, which needs less memory. Default: ${DEFAULT-VALUE}.")
  private OptimizerKind optimizer;

  @Option(
      names = "--weight-decay",
      paramLabel = "D",
      converter = Numbers.Real.class,
      defaultValue = "0.01",
      description = "Decoupled weight decay of matrices. Default: ${DEFAULT-VALUE}.")
  private double decay;

  @Option(
      names = "--clip",
      paramLabel = "C",
      converter = Numbers.Real.class,
      defaultValue = "1",
      description = "The longest gradient that is not shortened. Default: ${DEFAULT-VALUE}.")
  private double clip;

  @Option(
      names = "--label-smoothing",
      paramLabel = "E",
      converter = Numbers.Real.class,
      defaultValue = "0",
      description = "Share of the target that the whole vocabulary gets. Default: 0.")
  private double smoothing;

  @Option(
      names = "--activations",
      paramLabel = "KIND",
      description = {
        "Where the way back has the activations from: stored, which is faster, or reversed, computed"
            + " again, so that memory does not grow with the layers.",
        "Default: stored where that fits into half of the heap. A run that goes on keeps to what it"
            + " began with."
      })
  private Activations activations;

  /// What the user wants; empty for the choice of the planner.
  Optional<Activations> activations() {
    return Optional.ofNullable(activations);
  }

  /// Refuses numbers that are out of their range.
  void check() {
    if (rate != null && !(rate > 0)) {
      throw new UserError("--learning-rate " + rate + " is not above 0; give one such as 0.001");
    }
    if (!(decay >= 0)) {
      throw new UserError("--weight-decay " + decay + " is below 0; give 0 or more");
    }
    if (!(clip > 0)) {
      throw new UserError("--clip " + clip + " is not above 0; give one such as 1");
    }
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new UserError(
          "--label-smoothing " + smoothing + " is not from 0 to below 1; give one such as 0.1");
    }
  }

  /// Which optimiser.
  OptimizerKind kind() {
    return optimizer;
  }

  /// Everything together.
  ///
  /// @param usualRate where none was given
  TrainingOptions options(
      long steps, int batch, double usualRate, boolean newRotations, long seed) {
    TrainingOptions usual = TrainingOptions.defaults(steps);
    double peak = rate == null ? usualRate : rate;
    long warm = warmup == null ? usual.schedule().warmup() : warmup;
    return new TrainingOptions(
        steps,
        batch,
        new Schedule(schedule, peak, warm, steps, FLOOR),
        optimizer,
        decay,
        clip,
        smoothing,
        newRotations,
        seed,
        usual.mostSkips());
  }
}
