package dev.reformer4j.cli.bench;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.plan.RandomInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Runs the variants in turn and takes the time.
final class Stopwatch {
  /// Length at which the code is warmed up: long enough for every kernel's inner loop, short enough
  /// for many runs.
  private static final int WARM_UP_TOKENS = 2048;

  /// A variant is warm before its time is up if its last five runs differ by less than this.
  private static final double STABLE = 0.02;

  /// Up to here a run is repeated [#REPETITIONS] times or more.
  private static final double SHORT_RUN = 2;

  private static final double LONG_RUN = 10;
  private static final int REPETITIONS = 5;

  /// Runs of a few milliseconds are repeated until a second has passed, but no more often than
  /// this.
  private static final int MOST_REPETITIONS = 51;

  private static final double ENOUGH_SECONDS = 1;

  private final Settings settings;
  private final Trials trials;
  private final Consumer<String> progress;
  private final Map<Variant, Measurement> last = new HashMap<>();

  /// @param progress told what is going on
  Stopwatch(Settings settings, Workers workers, Consumer<String> progress) {
    this.settings = settings;
    this.trials = new Trials(settings.lsh(), workers);
    this.progress = progress;
  }

  /// Brings the code to the speed it will have, and learns roughly what every variant takes.
  void warmUp() {
    progress.accept("warming up");
    int length = Math.min(WARM_UP_TOKENS, settings.tokens().getLast());
    AttentionInput input = RandomInput.of(settings.load(length), 1);
    Map<Variant, Runnable> open = new LinkedHashMap<>();
    settings.variants().forEach(v -> open.put(v, trials.of(v, input)));
    Map<Variant, List<Double>> times = new HashMap<>();
    while (!open.isEmpty()) {
      for (Variant variant : List.copyOf(open.keySet())) {
        List<Double> runs = times.computeIfAbsent(variant, _ -> new ArrayList<>());
        runs.add(seconds(open.get(variant)));
        if (isWarm(runs)) {
          open.remove(variant);
          last.put(variant, new Measurement(variant, length, runs.getLast(), 1));
        }
      }
    }
  }

  /// Measures every variant at one length; those that would take too long are predicted instead.
  List<Measurement> measure(int tokens) {
    Map<Variant, Runnable> runs = new LinkedHashMap<>();
    Map<Variant, List<Double>> times = new HashMap<>();
    AttentionInput input = RandomInput.of(settings.load(tokens), 1);
    for (Variant variant : settings.variants()) {
      if (!takesTooLong(variant, tokens)) {
        runs.put(variant, trials.of(variant, input));
        times.put(variant, new ArrayList<>());
      }
    }
    progress.accept(tokens + " tokens");
    firstTouch(runs, tokens);
    for (boolean more = true; more; ) {
      more = false;
      for (Variant variant : runs.keySet()) {
        if (isOpen(times.get(variant), last.get(variant).secondsAt(tokens))) {
          times.get(variant).add(seconds(runs.get(variant)));
          more = true;
        }
      }
    }
    return settings.variants().stream()
        .map(v -> times.containsKey(v) ? timed(v, tokens, times.get(v)) : predicted(v, tokens))
        .toList();
  }

  /// One run that is not timed where runs are short: it maps the memory that the first one at a new
  /// length needs.
  private void firstTouch(Map<Variant, Runnable> runs, int tokens) {
    runs.forEach((variant, run) -> {
      if (last.get(variant).secondsAt(tokens) < SHORT_RUN) {
        run.run();
      }
    });
  }

  private boolean takesTooLong(Variant variant, int tokens) {
    return variant.kind() == Kind.EXACT
        && last.get(variant).secondsAt(tokens) > settings.limit().toNanos() / 1e9;
  }

  private Measurement timed(Variant variant, int tokens, List<Double> seconds) {
    Measurement measured = new Measurement(variant, tokens, median(seconds), seconds.size());
    last.put(variant, measured);
    return measured;
  }

  private Measurement predicted(Variant variant, int tokens) {
    return new Measurement(variant, tokens, last.get(variant).secondsAt(tokens), 0);
  }

  private boolean isWarm(List<Double> runs) {
    double total = sum(runs);
    double wanted = settings.warmUp().toNanos() / 1e9;
    if (total >= wanted) {
      return true;
    }
    if (runs.size() < 10 || total < wanted / 3) {
      return false;
    }
    List<Double> lately = runs.subList(runs.size() - 5, runs.size());
    double least = lately.stream().mapToDouble(t -> t).min().orElseThrow();
    double most = lately.stream().mapToDouble(t -> t).max().orElseThrow();
    return most < least * (1 + STABLE);
  }

  /// Whether another run is due. What decides is the shortest run so far or, if it is shorter
  /// still, what the length before promised: a single run that something else held up would
  /// otherwise pass for a long one, and be the only one.
  private static boolean isOpen(List<Double> runs, double promised) {
    double typical = runs.stream().mapToDouble(t -> t).reduce(promised, Math::min);
    int wanted = typical > LONG_RUN ? 1 : typical > SHORT_RUN ? 3 : REPETITIONS;
    return runs.size() < wanted || (runs.size() < MOST_REPETITIONS && sum(runs) < ENOUGH_SECONDS);
  }

  private static double seconds(Runnable run) {
    long start = System.nanoTime();
    run.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double sum(List<Double> values) {
    return values.stream().mapToDouble(t -> t).sum();
  }

  /// The middle value; of an even number, the mean of the two.
  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(t -> t).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
