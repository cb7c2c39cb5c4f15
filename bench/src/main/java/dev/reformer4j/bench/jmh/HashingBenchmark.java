package dev.reformer4j.bench.jmh;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.bench.RandomTensors;
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
import org.openjdk.jmh.annotations.Warmup;

/// Hashing and sorting alone, 8 heads × 64, four rounds, one thread.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Benchmark)
public class HashingBenchmark {
  /// Bucket counts: automatic, one factor, two.
  @Param({"auto", "64", "16x32"})
  public String buckets;

  /// Tokens.
  @Param({"4096", "65536"})
  public int n;

  private final Workers workers = Workers.inline();
  private AttentionInput input;
  private LshAttention attention;

  /// Makes the input, and checks buckets and attention before anything is timed.
  @Setup(Level.Trial)
  public void setUp() {
    Subject.lsh(8, n, 64, 4, Buckets.parse(buckets)).check(workers);
    input = RandomTensors.shared(8, n, 64);
    attention =
        new LshAttention(
            LshConfig.defaults().withBuckets(Buckets.parse(buckets)), Rotations.seeded(7));
  }

  /// Buckets and orders of all heads and rounds.
  @Benchmark
  public Hashes hashAndSort() {
    return attention.hash(input, workers);
  }
}
