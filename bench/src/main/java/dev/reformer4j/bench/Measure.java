package dev.reformer4j.bench;

import dev.reformer4j.attention.AttentionResult;
import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.LshResult;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.bench.meter.Arithmetic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// The measurements that JMH has no place for, each a command that prints one line of JSON.
public final class Measure {
  private static final int HEADS = 8;
  private static final int WIDTH = 64;
  private static final int ROUNDS = 4;

  /// Runs before anything is measured: enough for the compiler to have seen all that matters.
  private static final Duration WARM_UP = Duration.ofSeconds(6);

  private Measure() {}

  /// `serve THREADS` | `arithmetic N` | `stages N THREADS SECONDS` | `memory N THREADS` | `long N
  /// THREADS RUNS` | `genome FILE THREADS`
  public static void main(String[] args) throws IOException {
    String command = String.join(" ", args);
    switch (args.length == 0 ? "" : args[0]) {
      case "serve" ->
          Serve.run(
              new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
              System.out,
              number(args, 1));
      case "arithmetic" -> System.out.println(arithmetic(number(args, 1)));
      case "stages" ->
          System.out.println(stages(number(args, 1), number(args, 2), number(args, 3)));
      case "memory" -> System.out.println(memory(number(args, 1), number(args, 2)));
      case "long" ->
          System.out.println(longCall(number(args, 1), number(args, 2), number(args, 3)));
      case "genome" -> System.out.println(Genome.measure(Path.of(args[1]), number(args, 2)));
      default -> {
        System.err.println(
            "command '"
                + command
                + "' is not one of: serve THREADS, arithmetic N, stages N THREADS SECONDS, memory N"
                + " THREADS, long N THREADS RUNS, genome FILE THREADS");
        System.exit(2);
      }
    }
  }

  private static int number(String[] args, int index) {
    if (index >= args.length) {
      throw new IllegalArgumentException(
          "command "
              + args[0]
              + " needs "
              + index
              + " or more arguments; without one it lists them");
    }
    return Integer.parseInt(args[index]);
  }

  private static JsonLine arithmetic(int n) {
    long[] nominal = Arithmetic.nominal(HEADS, n, WIDTH, ROUNDS, Buckets.auto().factors(n, 64));
    JsonLine line =
        new JsonLine()
            .with("n", n)
            .with("buckets", Buckets.of(Buckets.auto().factors(n, 64)))
            .with("nominalHashing", nominal[0])
            .with("nominalScores", nominal[1])
            .with("nominalValues", nominal[2])
            .with("nominal", Arrays.stream(nominal).sum());
    Map<Stage, Long> byStage = new TreeMap<>();
    Arithmetic.executed(HEADS, n, WIDTH, ROUNDS, "auto")
        .forEach((caller, flops) -> byStage.merge(stage(caller), flops, Long::sum));
    byStage.forEach((stage, flops) -> line.with("executed." + stage.label(), flops));
    return line.with("executed", byStage.values().stream().mapToLong(Long::longValue).sum());
  }

  private static Stage stage(String caller) {
    int dot = caller.lastIndexOf('.');
    return Stage.of(
        java.util.List.of(
            new StageProfile.Frame(caller.substring(0, dot), caller.substring(dot + 1))));
  }

  private static JsonLine stages(int n, int threads, int seconds) {
    try (Workers workers = Workers.of(threads)) {
      Subject subject = Subject.lsh(HEADS, n, WIDTH, ROUNDS, Buckets.auto());
      subject.check(workers);
      Repeated.repeat(() -> subject.forward(workers), WARM_UP);
      double ms = Repeated.medianMillis(() -> subject.forward(workers), 5);
      Map<Stage, Integer> samples =
          StageProfile.of(() -> subject.forward(workers), Duration.ofSeconds(seconds), Stage::of);
      int all = samples.values().stream().mapToInt(Integer::intValue).sum();
      JsonLine line =
          new JsonLine().with("n", n).with("threads", threads).with("ms", ms).with("samples", all);
      for (Stage stage : Stage.values()) {
        line.with(stage.label(), samples.getOrDefault(stage, 0) / (double) all);
      }
      return line;
    }
  }

  /// What one forward pass allocates, and what of it stays as the result.
  private static JsonLine memory(int n, int threads) {
    try (Workers workers = Workers.of(threads)) {
      Subject subject = Subject.lsh(HEADS, n, WIDTH, ROUNDS, Buckets.auto());
      subject.check(workers);
      Repeated.repeat(() -> subject.forward(workers), WARM_UP);
      long allocated = Allocations.of(() -> subject.forward(workers), 5);
      long before = Allocations.live();
      AttentionResult result = subject.forward(workers);
      long kept = Allocations.live() - before;
      long output = 4L * result.output().size();
      long goal = output + 8L * n * ROUNDS * HEADS;
      return new JsonLine()
          .with("n", n)
          .with("threads", threads)
          .with("allocated", allocated)
          .with("kept", kept)
          .with("output", output)
          .with("idsAndOrder", 8L * n * ROUNDS * HEADS)
          .with("goal", goal);
    }
  }

  /// One call over a long sequence, and one over 65,536 tokens in the same JVM to compare with.
  private static JsonLine longCall(int n, int threads, int runs) {
    try (Workers workers = Workers.of(threads)) {
      Subject reference = Subject.lsh(HEADS, 65_536, WIDTH, ROUNDS, Buckets.auto());
      reference.check(workers);
      Repeated.repeat(() -> reference.forward(workers), WARM_UP);
      double referenceMs = Repeated.medianMillis(() -> reference.forward(workers), 5);
      Subject subject = Subject.lsh(HEADS, n, WIDTH, ROUNDS, Buckets.auto());
      double[] ms = new double[runs];
      for (int run = 0; run < runs; run++) {
        long start = System.nanoTime();
        LshResult result = (LshResult) subject.forward(workers);
        ms[run] = (System.nanoTime() - start) / 1e6;
        if (run == 0) {
          subject.checkOutputs(result, HEADS - 1, 16);
        }
      }
      return new JsonLine()
          .with("n", n)
          .with("threads", threads)
          .with("buckets", Buckets.of(Buckets.auto().factors(n, 64)))
          .with("ms", Repeated.median(ms))
          .with("referenceN", 65_536)
          .with("referenceMs", referenceMs)
          .with("heapMiB", Runtime.getRuntime().maxMemory() >> 20)
          .with("timePerTokenRatio", Repeated.median(ms) / n / (referenceMs / 65_536));
    }
  }
}
