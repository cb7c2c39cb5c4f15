package dev.reformer4j.plan;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.ExactAttention;
import dev.reformer4j.attention.ExactConfig;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import java.time.Duration;
import java.util.Arrays;

/// The rates of this machine, measured now: floating-point operations per second of each method.
///
/// A rate falls with the length, because rows are gathered from memory that no longer fits a cache.
/// So each method is measured near the length asked for, with fewer heads and rounds, over which
/// time is proportional.
///
/// @param lsh operations per second of LSH attention
/// @param exact operations per second of exact attention
public record Calibration(double lsh, double exact) {
  /// Long enough for the compiler to reach its last stage, which is three to ten times faster than
  /// its first.
  private static final Duration WARM_UP = Duration.ofMillis(600);

  private static final Duration MEASURING = Duration.ofMillis(250);

  /// Beyond this length the rate hardly falls further: every gathered row is a miss already.
  private static final int LONGEST = 1 << 17;

  /// Exact attention works on tiles that fit a cache, at any length.
  private static final int LONGEST_EXACT = 1 << 11;

  /// Measures both methods, within about two seconds.
  ///
  /// @param like sizes to measure near
  /// @param config its chunk, neighbours and options are used, with one round
  public static Calibration measure(Workload like, LshConfig config, Workers workers) {
    Workload sparse = sparse(like, workers.threads());
    Workload dense = dense(like, workers.threads());
    LshConfig oneRound = config.withCausal(like.causal()).withRounds(1);
    return new Calibration(
        rate(sparse, new Method.Lsh(oneRound), workers), rate(dense, new Method.Exact(), workers));
  }

  /// Bytes that measuring takes.
  public static double memory(Workload like, LshConfig config, int threads) {
    return new Method.Lsh(config.withRounds(1)).memory(sparse(like, threads));
  }

  private static Workload sparse(Workload like, int threads) {
    return like.withHeads(Math.min(like.heads(), threads))
        .withTokens(Math.min(like.tokens(), LONGEST));
  }

  private static Workload dense(Workload like, int threads) {
    return sparse(like, threads).withTokens(Math.min(like.tokens(), LONGEST_EXACT));
  }

  /// Seconds that a forward pass of this method will take.
  public double seconds(Method method, Workload load) {
    return method.arithmetic(load)
        / switch (method) {
          case Method.Lsh _ -> lsh;
          case Method.Exact _ -> exact;
        };
  }

  private static double rate(Workload load, Method method, Workers workers) {
    Workload small = load.withTokens(Math.min(load.tokens(), LONGEST_EXACT));
    repeat(pass(small, method, workers), WARM_UP);
    double[] seconds = repeat(pass(load, method, workers), MEASURING);
    return method.arithmetic(load) / median(seconds);
  }

  private static Runnable pass(Workload load, Method method, Workers workers) {
    AttentionInput input = RandomInput.of(load, 1);
    return switch (method) {
      case Method.Lsh lsh -> {
        LshAttention attention = new LshAttention(lsh.config(), Rotations.seeded(0));
        yield () -> attention.forward(input, workers);
      }
      case Method.Exact _ -> {
        ExactAttention attention = new ExactAttention(new ExactConfig(load.causal()));
        yield () -> attention.forward(input, workers);
      }
    };
  }

  /// Runs at least twice and until the time is over.
  private static double[] repeat(Runnable pass, Duration atLeast) {
    double[] seconds = new double[0];
    long start = System.nanoTime();
    do {
      long before = System.nanoTime();
      pass.run();
      seconds = Arrays.copyOf(seconds, seconds.length + 1);
      seconds[seconds.length - 1] = (System.nanoTime() - before) / 1e9;
    } while (seconds.length < 2 || System.nanoTime() - start < atLeast.toNanos());
    return seconds;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
