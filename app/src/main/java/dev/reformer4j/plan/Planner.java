package dev.reformer4j.plan;

import dev.reformer4j.attention.LshConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// Chooses between exact attention and LSH attention with a few rounds and chunk lengths.
///
/// Without a sample nothing is known about what hashing would miss, so the usual configuration
/// (paper, section 5: four rounds) is weighed against exact attention by time alone. With one, the
/// fastest option that reaches the captured mass wins.
public final class Planner {
  /// Rounds that are weighed.
  public static final List<Integer> ROUNDS = List.of(1, 2, 4, 8);

  /// Chunk lengths that are weighed.
  public static final List<Integer> CHUNKS = List.of(64, 128);

  private final Workload load;
  private final LshConfig usual;
  private final Calibration rates;
  private final double memory;

  /// @param load what is to be attended over
  /// @param usual direction and options of LSH attention, and its rounds where no sample decides
  /// @param rates the machine's
  /// @param memory bytes that a forward pass may take, inputs and results included
  public Planner(Workload load, LshConfig usual, Calibration rates, double memory) {
    this.load = load;
    this.usual = usual;
    this.rates = rates;
    this.memory = memory;
  }

  /// Recommends without a sample.
  public Recommendation recommend() {
    List<Option> options = options(MassTable.EMPTY);
    Option exact = find(options, new Method.Exact());
    Option lsh = find(options, new Method.Lsh(usual));
    if (load.tokens() <= usual.chunk()) {
      return conclude(
          options, exact, "a sequence of one chunk is not hashed: both compute the same");
    }
    if (exact.seconds() <= lsh.seconds()) {
      return conclude(
          options,
          exact,
          "at this length exact attention is no slower than hashing, and misses nothing");
    }
    String faster =
        format("%.1f times as fast as exact attention", exact.seconds() / lsh.seconds());
    if (fits(lsh)) {
      return conclude(options, lsh, faster + "; what it misses, a sample would show (--in)");
    }
    Optional<Option> smaller =
        options.stream()
            .filter(o -> !o.isExact() && fits(o))
            .max(Comparator.comparingDouble(Option::bytes));
    return smaller
        .map(o -> conclude(options, o, "more rounds do not fit the memory"))
        .orElseGet(
            () -> conclude(options, fits(exact) ? exact : lsh, "no LSH option fits the memory"));
  }

  /// Recommends the fastest option that captures the mass on the sample.
  ///
  /// @param target share of the softmax weight, between 0 and 1
  public Recommendation recommend(double target, MassTable masses) {
    List<Option> options = options(masses);
    Optional<Option> reached =
        options.stream().filter(o -> o.captures(target) && fits(o)).findFirst();
    Option best =
        options.stream()
            .filter(o -> !o.isExact())
            .max(Comparator.comparingDouble(o -> o.capturedMass().orElse(0)))
            .orElseThrow();
    String bestMass =
        format("%s captures %.3f", nameOf(best.method()), best.capturedMass().orElse(0));
    if (reached.isEmpty()) {
      Option exact = find(options, new Method.Exact());
      return conclude(
          options, exact, "nothing that reaches " + share(target) + " fits; at best " + bestMass);
    }
    Option chosen = reached.get();
    if (!chosen.isExact()) {
      return conclude(
          options, chosen, "the fastest that captures " + share(target) + " on the sample");
    }
    boolean hashingReaches = best.captures(target);
    return conclude(
        options,
        chosen,
        hashingReaches
            ? "exact attention is the fastest way to capture " + share(target) + " at this length"
            : "hashing does not reach "
                + share(target)
                + " on the sample: at best "
                + bestMass
                + ", in "
                + format(
                    "%.1f%% of the time of exact attention",
                    100 * best.seconds() / chosen.seconds()));
  }

  /// Every option, the fastest first.
  List<Option> options(MassTable masses) {
    List<Option> options = new ArrayList<>();
    options.add(option(new Method.Exact(), OptionalDouble.of(1)));
    for (int chunk : CHUNKS) {
      for (int rounds : ROUNDS) {
        LshConfig config = usual.withChunk(chunk).withRounds(rounds);
        options.add(option(new Method.Lsh(config), masses.of(config)));
      }
    }
    Option usually = option(new Method.Lsh(usual), masses.of(usual));
    if (!options.contains(usually)) {
      options.add(usually);
    }
    options.sort(Comparator.comparingDouble(Option::seconds));
    return options;
  }

  private Option option(Method method, OptionalDouble mass) {
    return new Option(method, rates.seconds(method, load), method.memory(load), mass);
  }

  private Recommendation conclude(List<Option> options, Option chosen, String reason) {
    return new Recommendation(
        chosen, fits(chosen), fits(chosen) ? reason : reason + "; " + wayOut(chosen), options);
  }

  private boolean fits(Option option) {
    return option.bytes() <= memory;
  }

  /// Heads are independent, so fewer at a time give the same numbers.
  private String wayOut(Option chosen) {
    double perHead = chosen.bytes() / load.heads();
    int heads = (int) (memory / perHead);
    return heads >= 1
        ? "it does not fit the memory at once, but "
            + heads
            + (heads == 1 ? " head" : " heads")
            + " at a time would: heads are independent, so split them over several files"
        : "not even one head fits the memory: about "
            + tokens((long) (memory / (perHead / load.tokens())))
            + " would";
  }

  private static String tokens(long count) {
    return count == 1 ? "1 token" : "%,d tokens".formatted(count);
  }

  /// `LSH attention with 4 rounds and chunk 64`.
  public static String nameOf(Method method) {
    return switch (method) {
      case Method.Exact _ -> "exact attention";
      case Method.Local local -> "local attention with chunk " + local.config().chunk();
      case Method.Lsh lsh ->
          "LSH attention with %d %s and chunk %d"
              .formatted(
                  lsh.config().rounds(),
                  lsh.config().rounds() == 1 ? "round" : "rounds",
                  lsh.config().chunk());
    };
  }

  private static String share(double target) {
    return target + " of the softmax weight";
  }

  /// Whatever the locale, so that a decimal point is one.
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  private static Option find(List<Option> options, Method method) {
    return options.stream().filter(o -> o.method().equals(method)).findFirst().orElseThrow();
  }
}
