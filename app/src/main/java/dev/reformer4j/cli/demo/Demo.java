package dev.reformer4j.cli.demo;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Coverage;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.LshResult;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.AtomicFile;
import dev.reformer4j.cli.Destination;
import dev.reformer4j.cli.Heap;
import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.explain.Explanation;
import dev.reformer4j.explain.Screen;
import dev.reformer4j.explain.Subject;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.words.TokenVectors;
import dev.reformer4j.words.WordVectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j demo`.
@Command(
    name = "demo",
    description = {
      "See LSH attention over a long real text: Jane Austen, word by word.",
      "Learns vectors for words on the spot, attends over 65,536 of them, shows words that landed in"
          + " one bucket, what is lost, and the time against exact attention; in less than a minute."
    },
    sortOptions = false)
public final class Demo implements Callable<Integer> {
  private static final int HEADS = 8;
  private static final int WIDTH = 64;
  private static final int STEPS = 8;

  /// The captured mass is measured for this many rounds, and for fewer along with it.
  private static final int MOST_ROUNDS = 8;

  private static final int QUERIES = 256;
  private static final int BUCKETS_SHOWN = 16;

  /// Tokens of the runs that warm up the compiler before anything is timed.
  private static final int WARM_UP = 8192;

  /// The length of every query: the largest logit there can be.
  private static final double SHARPNESS = 20;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "64K",
      converter = Numbers.Tokens.class,
      description = "Words to attend over. Default: 65536.")
  private int tokens;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      defaultValue = "reformer4j-demo.html",
      description = "Where the report with pictures goes. Default: ${DEFAULT-VALUE}.")
  private Path html;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      converter = Numbers.Seed.class,
      description = "Seed of everything random. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private Threads threads;

  @Spec private CommandSpec spec;

  /// Runs the whole show.
  @Override
  public Integer call() throws IOException {
    Destination.check(html);
    Screen screen = Screen.standard(spec.usageMessage().width());
    Steps steps =
        new Steps(spec.commandLine().getErr(), Screen.isTerminal(), screen.width(), STEPS);
    DemoReport report;
    Continuation continuation;
    try (Workers workers = threads.workers()) {
      report = run(steps, workers);
      continuation = steps.step("going on writing", () -> Continuation.write(seed, workers));
    }
    report.print(spec.commandLine().getOut(), screen);
    continuation.print(spec.commandLine().getOut(), screen);
    AtomicFile.writeText(html, report.page().html());
    spec.commandLine().getOut().println();
    spec.commandLine()
        .getOut()
        .println("The report with pictures: " + html.toAbsolutePath().toUri());
    return 0;
  }

  private DemoReport run(Steps steps, Workers workers) {
    Library library = steps.step("reading six novels of Jane Austen", Library::read);
    library.require(tokens);
    double bytes = 4.0 * WIDTH * tokens * (2 * HEADS + 2) + 300e6;
    Heap.require(bytes, "a demo over " + Say.count(tokens) + " tokens", "fewer --tokens");
    WordVectors words =
        steps.step(
            "learning what the words mean from the company they keep",
            () -> library.learn(WIDTH, seed));
    Tensor qk =
        steps.step(
            "giving every word its vectors for " + HEADS + " heads",
            () -> TokenVectors.of(library.first(tokens), words).heads(HEADS, SHARPNESS, seed));
    AttentionInput input = AttentionInput.shared(qk, qk);
    LshConfig config = LshConfig.defaults();
    Rotations rotations = Rotations.seeded(seed);
    LshAttention attention = new LshAttention(config, rotations);
    warmUp(attention, qk, workers);
    long[] nanos = new long[1];
    LshResult result =
        steps.step(
            "attending over " + Say.count(tokens) + " tokens by hashing",
            () -> timed(attention, input, workers, nanos));
    ExactTime exact =
        steps.step("timing exact attention on one head", () -> ExactTime.measure(qk, workers));
    Coverage coverage =
        steps.step(
            "measuring the captured mass on " + QUERIES + " queries",
            () ->
                Coverage.measure(
                    input, config.withRounds(MOST_ROUNDS), rotations, workers, QUERIES, seed));
    Subject subject = new Subject(input, library.firstWords(tokens), true, origin(library));
    return steps.step(
        "drawing the report",
        () -> {
          Explanation explanation =
              Explanation.of(
                  subject,
                  config,
                  rotations,
                  result.hashes(),
                  0,
                  subject.middle(),
                  coverage,
                  workers);
          List<BucketWords> buckets =
              BucketWords.best(
                  result.hashes().ids(0, 0, 0),
                  library.first(tokens),
                  library.vocabulary(),
                  words,
                  BUCKETS_SHOWN);
          return new DemoReport(explanation, buckets, nanos[0] / 1e9, exact, threads.count());
        });
  }

  private static void warmUp(LshAttention attention, Tensor qk, Workers workers) {
    int n = Math.min(WARM_UP, qk.dim(1));
    Tensor part = Tensor.of(Arrays.copyOf(qk.data(), n * WIDTH), 1, n, WIDTH);
    AttentionInput input = AttentionInput.shared(part, part);
    for (int i = 0; i < HEADS; i++) {
      attention.forward(input, workers);
    }
  }

  private static LshResult timed(
      LshAttention attention, AttentionInput input, Workers workers, long[] nanos) {
    long start = System.nanoTime();
    LshResult result = attention.forward(input, workers);
    nanos[0] = System.nanoTime() - start;
    return result;
  }

  private String origin(Library library) {
    return ("%s words of %s (public domain), each as a vector of %d numbers, learnt on the spot"
            + " from the company that words keep in six novels; %d heads, each another random"
            + " projection of them.")
        .formatted(Say.count(tokens), library.title(tokens), WIDTH, HEADS);
  }
}
