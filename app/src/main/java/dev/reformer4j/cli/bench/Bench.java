package dev.reformer4j.cli.bench;

import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.Heap;
import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.plan.Method;
import dev.reformer4j.plan.Workload;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j bench`.
@Command(
    name = "bench",
    sortOptions = false,
    description = {
      "Time LSH, local and exact attention on this machine, by length.",
      "Prints a table of medians and the length from which hashing is the faster way. Inputs are"
          + " random."
    })
public final class Bench implements Runnable {
  @Option(
      names = "--tokens",
      paramLabel = "N",
      split = ",",
      converter = Numbers.Tokens.class,
      description =
          "Lengths, such as 1024,64K,1M. Default: 1K,2K,4K,8K,16K,64K,256K,1M as far as the heap"
              + " allows.")
  private List<Integer> tokens = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "4",
      converter = Numbers.Rounds.class,
      description = "Rounds of hashing. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--kinds",
      paramLabel = "KIND",
      split = ",",
      defaultValue = "lsh,local,exact",
      converter = KindName.class,
      description = "Kinds of attention. Default: ${DEFAULT-VALUE}.")
  private List<Kind> kinds;

  @Option(names = "--backward", description = "Time forward and backward together as well.")
  private boolean backward;

  @Mixin private Threads threads;

  @Option(
      names = "--heads",
      paramLabel = "N",
      defaultValue = "8",
      converter = Numbers.Positive.class,
      description = "Heads. Default: ${DEFAULT-VALUE}.")
  private int heads;

  @Option(
      names = "--width",
      paramLabel = "N",
      defaultValue = "64",
      converter = Numbers.Positive.class,
      description = "Numbers in a query, key or value vector. Default: ${DEFAULT-VALUE}.")
  private int width;

  @Option(
      names = "--chunk",
      paramLabel = "N",
      defaultValue = "64",
      converter = Numbers.Positive.class,
      description =
          "Tokens in a chunk; a query sees its own and the one before. Default: ${DEFAULT-VALUE}.")
  private int chunk;

  @Option(
      names = "--no-causal",
      description = "Let queries see later tokens too. Default: only earlier ones.")
  private boolean bidirectional;

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      defaultValue = "20",
      converter = Numbers.Positive.class,
      description =
          "Predict exact attention instead where one run would take longer. Default:"
              + " ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "3",
      converter = Numbers.NotNegative.class,
      description = "How long each kind runs before anything is timed. Default: ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(
      names = "--json",
      description =
          "Print one JSON array of what was measured, and nothing else, on standard output.")
  private boolean json;

  @Spec private CommandSpec spec;

  private static final List<Integer> DEFAULT_TOKENS =
      List.of(1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 16, 1 << 18, 1 << 20);

  /// Measures and prints.
  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Settings settings = settings(err);
    try (Workers workers = threads.workers()) {
      Stopwatch stopwatch =
          new Stopwatch(
              settings, workers, doing -> err.println("reformer4j bench: " + doing + " …"));
      stopwatch.warmUp();
      Table table = new Table(settings.variants());
      if (!json) {
        out.println(title(settings));
        out.println(table.head());
      }
      List<Measurement> all = new ArrayList<>();
      for (int length : settings.tokens()) {
        List<Measurement> cells = stopwatch.measure(length);
        all.addAll(cells);
        if (!json) {
          out.println(table.row(cells));
        }
      }
      if (json) {
        out.println(Json.of(settings, all));
      } else {
        table.legend(Say.seconds(limit)).ifPresent(out::println);
        Crossover.sentence(all, chunk).ifPresent(out::println);
      }
    }
  }

  private Settings settings(PrintWriter err) {
    LshConfig config =
        LshConfig.defaults().withRounds(rounds).withChunk(chunk).withCausal(!bidirectional);
    Settings wanted =
        new Settings(
            tokens.isEmpty() ? DEFAULT_TOKENS : tokens.stream().distinct().sorted().toList(),
            variants(),
            config,
            heads,
            width,
            threads.count(),
            Duration.ofSeconds(limit),
            Duration.ofSeconds(warmUp));
    return tokens.isEmpty() ? fitting(wanted, err) : fittingOrRefused(wanted);
  }

  private List<Variant> variants() {
    List<Variant> variants = new ArrayList<>();
    for (Kind kind : kinds.stream().distinct().sorted().toList()) {
      variants.add(new Variant(kind, Pass.FORWARD));
      if (backward) {
        variants.add(new Variant(kind, Pass.FORWARD_BACKWARD));
      }
    }
    return variants;
  }

  /// The lengths asked for; one that does not fit the heap is an error before anything has run.
  private Settings fittingOrRefused(Settings settings) {
    int longest = settings.tokens().getLast();
    settings.load(longest);
    Heap.require(
        memory(settings, longest), subject(settings, longest), "shorter lengths or fewer --heads");
    return settings;
  }

  /// The usual lengths, as far as they fit the heap; the first must.
  private Settings fitting(Settings settings, PrintWriter err) {
    int first = settings.tokens().getFirst();
    Heap.require(memory(settings, first), subject(settings, first), "fewer --heads");
    List<Integer> fit =
        settings.tokens().stream().filter(n -> memory(settings, n) <= Heap.available()).toList();
    if (fit.size() < settings.tokens().size()) {
      int left = settings.tokens().get(fit.size());
      err.println(
          "reformer4j bench: "
              + Heap.tooSmall(memory(settings, left), subject(settings, left), "fewer --heads")
              + "; leaving it out");
    }
    return settings.withTokens(fit);
  }

  private static String subject(Settings settings, int length) {
    return "%s tokens x %d heads x %d"
        .formatted(Say.count(length), settings.heads(), settings.width());
  }

  /// The larger need of the kinds; backward adds the gradients of queries and values.
  private double memory(Settings settings, int length) {
    if ((double) length * heads * width > Integer.MAX_VALUE) {
      return 4.0 * 3 * length * heads * width;
    }
    Workload load = settings.load(length);
    Method method = kinds.contains(Kind.LSH) ? new Method.Lsh(settings.lsh()) : new Method.Exact();
    double gradients = backward ? 4.0 * length * heads * 2 * width : 0;
    return method.memory(load) + gradients;
  }

  private static String title(Settings settings) {
    return "%d heads x %d, %s, LSH with rounds %d, chunk %d; threads %d; medians"
        .formatted(
            settings.heads(),
            settings.width(),
            settings.lsh().causal() ? "causal" : "bidirectional",
            settings.lsh().rounds(),
            settings.lsh().chunk(),
            settings.threads());
  }
}
