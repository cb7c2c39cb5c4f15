package dev.reformer4j.cli.plan;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.Heap;
import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.attend.Sample;
import dev.reformer4j.plan.Calibration;
import dev.reformer4j.plan.MassTable;
import dev.reformer4j.plan.Planner;
import dev.reformer4j.plan.Recommendation;
import dev.reformer4j.plan.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j plan`.
@Command(
    name = "plan",
    description = {
      "Recommend LSH or exact attention for a length, with rounds, chunk and buckets.",
      "Time is predicted from a measurement of this machine, which takes a few seconds; memory"
          + " from what a forward pass allocates."
    },
    sortOptions = false,
    footer = {
      "",
      "  reformer4j plan --tokens 64K --memory 4g",
      "  reformer4j plan --tokens 64K --in sample.safetensors --target-mass 0.95"
    })
public final class Plan implements Callable<Integer> {
  private static final double USUAL_TARGET = 0.95;
  private static final int USUAL_HEADS = 8;
  private static final int USUAL_WIDTH = 64;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      required = true,
      converter = Numbers.Tokens.class,
      description = "Length of the sequence, such as 65536, 64K or 1M.")
  private int tokens;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = Numbers.Bytes.class,
      description =
          "Memory that a forward pass may take, such as 512m or 4g. Default: the heap of this"
              + " process.")
  private Optional<Long> memory = Optional.empty();

  @Option(
      names = "--heads",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Heads. Default: those of the sample, else 8.")
  private Optional<Integer> heads = Optional.empty();

  @Option(
      names = "--width",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description =
          "Numbers in a query, key or value vector. Default: those of the sample, else 64.")
  private Optional<Integer> width = Optional.empty();

  @Option(
      names = "--causal",
      description = "Queries see only keys at or before their own position.")
  private boolean causal;

  @Option(
      names = "--in",
      paramLabel = "FILE",
      description =
          "Sample with tensors qk and v as for attend, to measure on what share of the softmax"
              + " weight hashing captures.")
  private Optional<Path> in = Optional.empty();

  @Option(
      names = "--target-mass",
      paramLabel = "SHARE",
      converter = Numbers.Share.class,
      description =
          "Share of the full softmax weight to capture on the sample. Default with a sample: 0.95.")
  private Optional<Double> targetMass = Optional.empty();

  @Mixin private Threads threads;

  @Option(
      names = "--json",
      description = "Print one JSON object, and nothing else, on standard output.")
  private boolean json;

  @Spec private CommandSpec spec;

  /// Measures, weighs, and prints.
  @Override
  public Integer call() throws IOException {
    if (targetMass.isPresent() && in.isEmpty()) {
      throw new UserError(
          "--target-mass needs a sample to measure on, because what hashing captures depends on the"
              + " data; give --in sample.safetensors");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Workers workers = threads.workers()) {
      Report report = in.isPresent() ? withSample(in.get(), workers) : withoutSample(workers);
      out.print(json ? report.json() : report.text());
      out.flush();
    }
    return 0;
  }

  private Report withoutSample(Workers workers) {
    Workload load =
        new Workload(
            tokens,
            heads.orElse(USUAL_HEADS),
            width.orElse(USUAL_WIDTH),
            width.orElse(USUAL_WIDTH),
            causal);
    Recommendation recommendation = planner(load, workers).recommend();
    return new Report(load, threads.count(), memoryLimit(), recommendation, MassTable.EMPTY, 0);
  }

  private Report withSample(Path path, Workers workers) throws IOException {
    AttentionInput sample = Sample.read(path);
    Workload load =
        new Workload(
            tokens,
            heads.orElse(sample.heads()),
            width.orElse(sample.dQk()),
            width.orElse(sample.dV()),
            causal);
    Planner planner = planner(load, workers);
    note("measuring what hashing captures of " + path);
    MassTable masses =
        MassTable.measure(sample, config(), Planner.CHUNKS, Planner.ROUNDS.getLast(), workers);
    double target = targetMass.orElse(USUAL_TARGET);
    return new Report(
        load,
        threads.count(),
        memoryLimit(),
        planner.recommend(target, masses),
        masses,
        sample.n());
  }

  private Planner planner(Workload load, Workers workers) {
    double need = Calibration.memory(load, config(), threads.count());
    Heap.require(
        need, "measuring this machine for " + load.tokens() + " tokens", "shorter lengths");
    note("measuring this machine");
    Calibration rates = Calibration.measure(load, config(), workers);
    return new Planner(load, config(), rates, memoryLimit());
  }

  private void note(String doing) {
    spec.commandLine().getErr().println("reformer4j plan: " + doing + " …");
  }

  private LshConfig config() {
    return LshConfig.defaults().withCausal(causal);
  }

  private long memoryLimit() {
    return memory.orElseGet(Heap::available);
  }
}
