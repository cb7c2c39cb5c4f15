package dev.reformer4j.bench.jmh;

import dev.reformer4j.attention.AttentionResult;
import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Gradients;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.bench.Subject;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Whole attentions, 8 heads × 64, causal, two threads: forward, and backward from what forward
/// gave.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "-XX:+UseParallelGC",
      "-XX:NewRatio=15",
      "-Xmx8g"
    })
@State(Scope.Benchmark)
public class AttentionBenchmark {
  /// `lsh-R` with R rounds, `local` or `exact`.
  @Param({"lsh-1", "lsh-4", "local", "exact"})
  public String kind;

  /// Tokens.
  @Param({"1024", "4096", "16384"})
  public int n;

  /// Threads.
  @Param("2")
  public int threads;

  private Workers workers;
  private Subject subject;
  private AttentionResult result;

  /// Makes the input, and checks outputs and gradients before anything is timed.
  @Setup(Level.Trial)
  public void setUp() {
    workers = Workers.of(threads);
    subject =
        switch (kind) {
          case "local" -> Subject.local(8, n, 64);
          case "exact" -> Subject.exact(8, n, 64);
          default ->
              Subject.lsh(
                  8, n, 64, Integer.parseInt(kind.substring("lsh-".length())), Buckets.auto());
        };
    subject.check(workers);
    result = subject.forward(workers);
  }

  /// Ends the threads.
  @TearDown(Level.Trial)
  public void tearDown() {
    workers.close();
  }

  /// One forward pass.
  @Benchmark
  public AttentionResult forward() {
    return subject.forward(workers);
  }

  /// One backward pass.
  @Benchmark
  public Gradients backward() {
    return subject.backward(result, workers);
  }
}
