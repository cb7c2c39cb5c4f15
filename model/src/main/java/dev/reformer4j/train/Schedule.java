package dev.reformer4j.train;

import java.io.Serializable;

/// The learning rate over time: it rises linearly over the warm-up, and then falls as a [Decay]
/// says.
///
/// @param peak the rate at the end of the warm-up
/// @param warmup steps of the warm-up
/// @param steps the whole training, which a cosine must know
/// @param floor the share of the peak below which a cosine does not fall
public record Schedule(Decay decay, double peak, long warmup, long steps, double floor)
    implements Serializable {
  /// What happens after the warm-up.
  public enum Decay {
    /// It stays.
    CONSTANT,
    /// Half a cosine, down to the floor at the last step (Loshchilov and Hutter 2017).
    COSINE,
    /// It falls as `√(warmup / step)` (Vaswani et al. 2017, section 5.3; trax).
    RSQRT
  }

  /// Checks every value.
  ///
  /// @throws IllegalArgumentException if a number is out of its range
  public Schedule {
    Rule.require(peak > 0 && Double.isFinite(peak), "learning rate", peak, "above 0 and finite");
    Rule.require(warmup >= 0, "warm-up", warmup, "0 steps or more");
    Rule.require(steps >= 1, "training", steps, "1 step or more");
    Rule.require(floor >= 0 && floor <= 1, "floor", floor, "a share of the peak, 0 to 1");
  }

  /// The rate of one step.
  ///
  /// @param step counted from 1
  public double rate(long step) {
    if (step <= warmup) {
      return peak * step / warmup;
    }
    return switch (decay) {
      case CONSTANT -> peak;
      case COSINE -> {
        double done = Math.min(1, (step - warmup) / (double) Math.max(1, steps - warmup));
        yield peak * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * done)));
      }
      case RSQRT -> peak * Math.sqrt(Math.max(1, warmup) / (double) step);
    };
  }
}
