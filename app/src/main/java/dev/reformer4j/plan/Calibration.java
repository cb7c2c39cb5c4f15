package dev.reformer4j.plan;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.ExactAttention;
import dev.reformer4j.attention.ExactConfig;
import dev.reformer4j.attention.LocalAttention;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/// The rates of this machine, measured now: floating-point operations per second of each method.
///
/// A rate falls with the length, because rows are gathered from memory that no longer fits a cache.
/// So each method is measured near the length asked for, with fewer heads and rounds, over which
/// time is proportional.
///
/// @param lsh operations per second of LSH attention
/// @param exact operations per second of exact attention
public record Calibration(double lsh, double exact) {
  /// Warming up ends when no best time has improved while this thread ran for so long, and the
  /// compiler was idle: its last stage is a hundred times faster than its first. It is the thread's
  /// own time, since what keeps a machine busy holds up the compiler as well.
  private static final Duration STEADY = Duration.ofMillis(400);

  /// The compiler is idle if it takes longer than [#STEADY] to have worked for so long; some odds
  /// and ends it always finds.
  private static final Duration COMPILING = Duration.ofMillis(100);

  private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(6);

  /// What counts as an improvement.
  private static final double BETTER = 0.95;

  /// A length with every kind of work in it, short enough for many runs. Exact attention is
  /// measured at this length too.
  private static final int WARM_UP_TOKENS = 1 << 10;

  private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static final Duration MEASURING = Duration.ofMillis(250);

  /// Beyond this length the rate hardly falls further: every gathered row is a miss already.
  private static final int LONGEST = 1 << 17;

  /// Measures both methods, within a few seconds.
  ///
  /// @param like sizes to measure near
  /// @param config its chunk, neighbours and options are used, with one round
  public static Calibration measure(Workload like, LshConfig config, Workers workers) {
    return measure(like, config, workers, System::nanoTime);
  }

  /// Measures with another clock than that on the wall.
  ///
  /// @param clock nanoseconds from any moment on
  static Calibration measure(Workload like, LshConfig config, Workers workers, LongSupplier clock) {
    Workload sparse = sparse(like, workers.threads());
    Workload dense = dense(like, workers.threads());
    Method lsh = new Method.Lsh(config.withCausal(like.causal()).withRounds(1));
    Method exact = new Method.Exact();
    warmUp(List.of(shortPass(sparse, lsh, workers), shortPass(dense, exact, workers)));
    return new Calibration(rate(sparse, lsh, workers, clock), rate(dense, exact, workers, clock));
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
    return sparse(like, threads).withTokens(Math.min(like.tokens(), WARM_UP_TOKENS));
  }

  /// Seconds that a forward pass of this method will take.
  public double seconds(Method method, Workload load) {
    return method.arithmetic(load)
        / switch (method) {
          case Method.Lsh _, Method.Local _ -> lsh; // the same kernels over windows of one kind
          case Method.Exact _ -> exact;
        };
  }

  private static double rate(Workload load, Method method, Workers workers, LongSupplier clock) {
    Runnable pass = pass(load, method, workers);
    pass.run(); // maps the memory that the others reuse
    return method.arithmetic(load) / bestSeconds(pass, clock);
  }

  private static Runnable shortPass(Workload load, Method method, Workers workers) {
    return pass(load.withTokens(Math.min(load.tokens(), WARM_UP_TOKENS)), method, workers);
  }

  private static Runnable pass(Workload load, Method method, Workers workers) {
    AttentionInput input = RandomInput.of(load, 1);
    return switch (method) {
      case Method.Lsh lsh -> {
        LshAttention attention = new LshAttention(lsh.config(), Rotations.seeded(0));
        yield () -> attention.forward(input, workers);
      }
      case Method.Local local -> {
        LocalAttention attention = new LocalAttention(local.config());
        yield () -> attention.forward(input, workers);
      }
      case Method.Exact _ -> {
        ExactAttention attention = new ExactAttention(new ExactConfig(load.causal()));
        yield () -> attention.forward(input, workers);
      }
    };
  }

  /// All in turn, since they share most of their code, and so the compiler's work.
  private static void warmUp(List<Runnable> passes) {
    long start = System.nanoTime();
    long improved = THREADS.getCurrentThreadCpuTime();
    double[] best = new double[passes.size()];
    Arrays.fill(best, Double.MAX_VALUE);
    long compiled = 0;
    while (THREADS.getCurrentThreadCpuTime() - improved < STEADY.toNanos()
        && System.nanoTime() - start < LONGEST_WARM_UP.toNanos()) {
      boolean better = COMPILER.getTotalCompilationTime() - compiled > COMPILING.toMillis();
      for (int i = 0; i < best.length; i++) {
        double seconds = seconds(passes.get(i), System::nanoTime);
        better |= seconds < best[i] * BETTER;
        best[i] = Math.min(best[i], seconds);
      }
      if (better) {
        compiled = COMPILER.getTotalCompilationTime();
        improved = THREADS.getCurrentThreadCpuTime();
      }
    }
  }

  /// The best of at least three runs: what else the machine does can only make a run longer, and a
  /// few runs are too few for a median to be free of it.
  private static double bestSeconds(Runnable pass, LongSupplier clock) {
    double best = Double.MAX_VALUE;
    double total = 0;
    for (int runs = 0; runs < 3 || total < MEASURING.toNanos() / 1e9; runs++) {
      double seconds = seconds(pass, clock);
      best = Math.min(best, seconds);
      total += seconds;
    }
    return best;
  }

  private static double seconds(Runnable pass, LongSupplier clock) {
    long start = clock.getAsLong();
    pass.run();
    return (clock.getAsLong() - start) / 1e9;
  }
}
