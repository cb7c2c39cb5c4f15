package dev.reformer4j.cli.attend;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.AttentionResult;
import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.ExactAttention;
import dev.reformer4j.attention.ExactConfig;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.LshResult;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.AttentionOptions;
import dev.reformer4j.cli.Heap;
import dev.reformer4j.cli.Progress;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.Threads;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.plan.Method;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `reformer4j attend`.
@Command(
    name = "attend",
    description = "Attention over tensors in a file, by hashing or exactly.",
    sortOptions = false,
    footer = {
      "",
      "Input: qk [heads, n, dQk] (or q and k) and v [heads, n, dV]; optional",
      "rotations [heads, dQk, rounds, columns], where columns is half the sum of the",
      "bucket factors, and mask [n], 1 for a token and 0 for padding.",
      "Output: out [heads, n, dV], logsumexp [heads, n] (natural logarithm) and, unless",
      "--exact, buckets [heads, rounds, n]; padding has a bucket after the last.",
      "",
      "  reformer4j attend --in x.safetensors --out y.safetensors --causal",
      "  reformer4j attend --in qk.npy --values v.npy --out out.npy"
    })
public final class Attend implements Callable<Integer> {
  private static final String SMALLER =
      "fewer heads (they are independent) or fewer tokens at a time";

  private static final String FEWER_COLUMNS =
      "fewer rounds, fewer buckets, or factors of them such as 64x64, whose rotations are smaller";

  @Option(
      names = "--in",
      paramLabel = "FILE",
      required = true,
      description = "Safetensors file with qk and v, or an .npy file with qk.")
  private Path in;

  @Option(
      names = "--values",
      paramLabel = "FILE",
      description = "The .npy file with v, where --in is an .npy file.")
  private Optional<Path> values = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Safetensors file to write, or an .npy file for out alone.")
  private Path out;

  @Option(names = "--exact", description = "Compute every pair, causal or not, instead of hashing.")
  private boolean exact;

  @Mixin private AttentionOptions options;

  @Mixin private Threads threads;

  @Spec private CommandSpec spec;

  /// Reads, attends, writes, and says what was done on standard error.
  @Override
  public Integer call() throws IOException {
    if (exact) {
      options.refuseHashing("--exact");
    }
    LshConfig asked = options.config();
    Rotations seeded = options.rotations();
    List<Path> inputs = new ArrayList<>(List.of(in));
    values.ifPresent(inputs::add);
    try (InputFile file = InputFile.open(in, values)) {
      OutputFile destination = OutputFile.checked(out, inputs);
      InputShapes shapes = file.shapes();
      if (!file.unread().isEmpty()) {
        spec.commandLine()
            .getErr()
            .println(
                "reformer4j: not used: "
                    + String.join(", ", file.unread())
                    + "; attend reads qk (or q and k), v, mask and rotations");
      }
      if (exact) {
        attendExactly(file, destination);
      } else {
        LshConfig config = shapes.rotations().isPresent() ? fitted(shapes) : asked;
        attend(file, config, seeded, destination);
      }
    }
    return 0;
  }

  private void attendExactly(InputFile file, OutputFile destination) throws IOException {
    InputShapes shapes = file.shapes();
    ExactConfig config = new ExactConfig(options.config().causal());
    double need = need(shapes, new Method.Exact());
    Heap.require(need, subject(shapes), SMALLER);
    AttentionInput input = file.read();
    Timed<AttentionResult> timed =
        timed(shapes, need, SMALLER, workers -> new ExactAttention(config).forward(input, workers));
    requireFinite(timed.result().output());
    destination.write(timed.result().output(), timed.result().logSumExp());
    summarise(shapes, "exact attention", timed.seconds());
  }

  private void attend(InputFile file, LshConfig config, Rotations seeded, OutputFile destination)
      throws IOException {
    InputShapes shapes = file.shapes();
    Method.Lsh method = new Method.Lsh(config);
    Tensor.sizeOf(shapes.heads(), config.rounds(), shapes.n());
    double bucketsToWrite = 4.0 * shapes.heads() * config.rounds() * shapes.n();
    double need = need(shapes, method) + bucketsToWrite;
    double hashing = method.hashing(shapes.load(config.causal()));
    String smaller = hashing > need / 2 ? FEWER_COLUMNS : SMALLER;
    Heap.require(need, subject(shapes) + ", " + rounds(config), smaller);
    Rotations rotations = file.rotations().orElse(seeded);
    AttentionInput input = file.read();
    Timed<LshResult> timed =
        timed(
            shapes,
            need,
            smaller,
            workers -> new LshAttention(config, rotations).forward(input, workers));
    requireFinite(timed.result().output());
    destination.write(timed.result(), config.rounds());
    String hashed =
        timed.result().hashes().isHashed()
            ? "LSH attention with " + rounds(config) + buckets(config, shapes)
            : "LSH attention in one chunk, which needs no hashing";
    summarise(shapes, hashed, timed.seconds());
  }

  /// The configuration for rotations that the file brings: what was not asked for follows from
  /// their shape.
  private LshConfig fitted(InputShapes shapes) {
    List<Integer> axes = shapes.rotations().orElseThrow();
    int rounds = axes.get(2);
    int columns = axes.get(3);
    if (options.isSeedGiven()) {
      throw new UserError(
          "--seed or --torch-seed was given, but "
              + in
              + " brings its own rotations; drop the seed, or the tensor");
    }
    if (columns > 1 << 29) {
      throw new UserError(
          "rotations " + axes + " have more than 2^29 columns; no bucket count needs that many");
    }
    LshConfig usual = LshConfig.defaults().withRounds(rounds).withBuckets(Buckets.of(2 * columns));
    LshConfig config = options.config(usual);
    if (config.rounds() != rounds) {
      throw new UserError(
          ("--rounds %d does not agree with rotations %s, which are for %d; drop --rounds, or give"
                  + " other rotations")
              .formatted(config.rounds(), axes, rounds));
    }
    int[] factors = config.buckets().factors(shapes.n(), config.chunk());
    if (Arrays.stream(factors).sum() / 2 != columns) {
      throw new UserError(
          ("--buckets %s takes %d columns (half the sum of its factors), but rotations %s have %d;"
                  + " drop --buckets for %d buckets in one factor, or give other rotations")
              .formatted(
                  config.buckets(), Arrays.stream(factors).sum() / 2, axes, columns, 2 * columns));
    }
    return config;
  }

  private double need(InputShapes shapes, Method method) {
    double keys = shapes.separate() ? 4.0 * shapes.heads() * shapes.n() * shapes.dQk() : 0;
    return method.memory(shapes.load(options.config().causal())) + keys;
  }

  /// A result, and how long it took.
  private record Timed<T>(T result, double seconds) {}

  private <T> Timed<T> timed(
      InputShapes shapes, double need, String smaller, Function<Workers, T> work) {
    long start = System.nanoTime();
    try (Progress _ = Progress.of(spec.commandLine().getErr(), "attending over " + shapes);
        Workers workers = threads.workers()) {
      T result = Heap.guard(need, subject(shapes), smaller, () -> work.apply(workers));
      return new Timed<>(result, (System.nanoTime() - start) / 1e9);
    }
  }

  private void summarise(InputShapes shapes, String what, double seconds) {
    spec.commandLine()
        .getErr()
        .println(
            "reformer4j: %s: %s, %d %s: %s, %s tokens/s; wrote %s"
                .formatted(
                    shapes,
                    what,
                    threads.count(),
                    threads.count() == 1 ? "thread" : "threads",
                    Say.seconds(seconds),
                    Say.count(Math.round(shapes.n() / seconds)),
                    out));
  }

  /// Finite inputs can still be too large for float32 arithmetic: a product of two numbers beyond
  /// 10¹⁹ is not finite.
  private static void requireFinite(Tensor output) {
    if (Finite.firstNot(output.data()).isPresent()) {
      throw new UserError(
          "the numbers of the input are so large that float32 overflows in the middle; scale them"
              + " down");
    }
  }

  private static String subject(InputShapes shapes) {
    return "attention over " + shapes;
  }

  private static String rounds(LshConfig config) {
    return config.rounds() + (config.rounds() == 1 ? " round" : " rounds");
  }

  private static String buckets(LshConfig config, InputShapes shapes) {
    return ", buckets "
        + Buckets.of(config.buckets().factors(shapes.n(), config.chunk()))
        + ", chunk "
        + config.chunk();
  }
}
