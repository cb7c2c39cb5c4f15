package dev.reformer4j.plan;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.ExactAttention;
import dev.reformer4j.attention.ExactConfig;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/// The rates of this machine, measured now: floating-point operations per second of each method.
///
/// A rate falls with the length, because rows are gathered from memory that no longer fits a cache.
/// So each method is measured near the length asked for, with fewer heads and rounds, over which
/// time is proportional.
///
/// @param lsh operations per second of LSH attention
/// @param exact operations per second of exact attention
public record Calibration(double lsh, double exact) {
  /// Warming up ends when neither the best time has improved nor the compiler has finished anything
  /// for this long: its last stage is a hundred times faster than its first.
  private static final Duration STEADY = Duration.ofMillis(500);

  private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(6);

  /// What counts as an improvement.
  private static final double BETTER = 0.95;

  /// A length with every kind of work in it, short enough for many runs.
  private static final int WARM_UP_TOKENS = 512;

  private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

  private static final Duration MEASURING = Duration.ofMillis(250);

  /// Beyond this length the rate hardly falls further: every gathered row is a miss already.
  private static final int LONGEST = 1 << 17;

  /// Exact attention works on tiles that fit a cache, at any length.
  private static final int LONGEST_EXACT = 1 << 10;

  /// Measures both methods, within a few seconds.
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
    warmUp(pass(load.withTokens(Math.min(load.tokens(), WARM_UP_TOKENS)), method, workers));
    Runnable pass = pass(load, method, workers);
    pass.run(); // maps the memory that the others reuse
    return method.arithmetic(load) / bestSeconds(pass);
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

  private static void warmUp(Runnable pass) {
    long start = System.nanoTime();
    long improved = start;
    double best = Double.MAX_VALUE;
    long compiled = 0;
    for (long now = start;
        now - improved < STEADY.toNanos() && now - start < LONGEST_WARM_UP.toNanos();
        now = System.nanoTime()) {
      double seconds = seconds(pass);
      if (seconds < best * BETTER || COMPILER.getTotalCompilationTime() > compiled) {
        best = Math.min(best, seconds);
        compiled = COMPILER.getTotalCompilationTime();
        improved = System.nanoTime();
      }
    }
  }

  /// The best of at least three runs: what else the machine does can only make a run longer, and a
  /// few runs are too few for a median to be free of it.
  private static double bestSeconds(Runnable pass) {
    double best = Double.MAX_VALUE;
    double total = 0;
    for (int runs = 0; runs < 3 || total < MEASURING.toNanos() / 1e9; runs++) {
      double seconds = seconds(pass);
      best = Math.min(best, seconds);
      total += seconds;
    }
    return best;
  }

  private static double seconds(Runnable pass) {
    long start = System.nanoTime();
    pass.run();
    return (System.nanoTime() - start) / 1e9;
  }
}
