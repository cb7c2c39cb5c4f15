package dev.reformer4j.attention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// What LSH attention loses against full attention: the captured mass of a sample of queries, for
/// every number of rounds from 1 to the configuration's, in one go.
///
/// A query's captured mass is the share of its *full* softmax weight (unit keys, itself excluded
/// unless it is alone, the same causal and padding masks) that falls on keys it saw in any round.
/// Queries are drawn evenly from all heads and sequences, padding left out. One query costs O(n ·
/// dQk), computed in double precision.
public final class Coverage {
  private final int rounds;
  private final long population;
  private final List<CapturedMass> samples;

  private Coverage(int rounds, long population, List<CapturedMass> samples) {
    this.rounds = rounds;
    this.population = population;
    this.samples = List.copyOf(samples);
  }

  /// Hashes the input and measures what its attention would capture.
  ///
  /// @param queries how many queries to look at; all of them if there are no more than that
  /// @param seed names the sample: same seed, same queries
  /// @throws IllegalArgumentException if `queries` is below 1
  public static Coverage measure(
      AttentionInput input,
      LshConfig config,
      Rotations rotations,
      Workers workers,
      int queries,
      long seed) {
    Hashes hashes = new LshAttention(config, rotations).hash(input, workers);
    return of(input, config, hashes, workers, queries, seed);
  }

  /// Measures an attention whose hashes are at hand.
  ///
  /// @throws IllegalArgumentException if `queries` is below 1, or the hashes are of another input's
  ///   shape or were made with other rounds, buckets, chunk or chunking
  public static Coverage of(
      AttentionInput input,
      LshConfig config,
      Hashes hashes,
      Workers workers,
      int queries,
      long seed) {
    if (queries < 1) {
      throw new IllegalArgumentException(
          queries + " queries is too small a sample; look at 1 or more");
    }
    hashes.checkMadeFor(input, config);
    List<int[]> sample = sample(input, queries, seed);
    CapturedMass[] masses = new CapturedMass[sample.size()];
    workers.run(
        masses.length,
        () ->
            i -> {
              int[] at = sample.get(i);
              masses[i] = captured(input, config, hashes, at[0], at[1], at[2]);
            });
    return new Coverage(
        config.rounds(), population(tokens(input), input.heads()), Arrays.asList(masses));
  }

  private static CapturedMass captured(
      AttentionInput input, LshConfig config, Hashes hashes, int sequence, int head, int query) {
    double[] full = new FullSoftmax(input, config.causal()).weights(sequence, head, query);
    boolean nothingToSee = Arrays.stream(full).allMatch(weight -> weight == 0);
    KeysSeen seen = new KeysSeen(input, config, hashes, sequence, head, query);
    List<Double> byRounds = new ArrayList<>();
    for (int rounds = 1; rounds <= config.rounds(); rounds++) {
      double mass =
          seen.inRounds(rounds).stream()
              .filter(meeting -> meeting.sight().isVisible())
              .mapToInt(Meeting::token)
              .distinct()
              .mapToDouble(key -> full[key])
              .sum();
      byRounds.add(nothingToSee ? 1 : Math.min(1, mass));
    }
    return new CapturedMass(sequence, head, query, byRounds);
  }

  /// Triples (sequence, head, token), every head of every sequence with an equal share, give or
  /// take one.
  private static List<int[]> sample(AttentionInput input, int queries, long seed) {
    List<int[]> tokens = tokens(input);
    List<int[]> sample = new ArrayList<>();
    int strata = input.batch() * input.heads();
    long all = population(tokens, input.heads());
    for (int stratum = 0; stratum < strata; stratum++) {
      int sequence = stratum / input.heads();
      int share =
          queries >= all ? input.n() : queries / strata + (stratum < queries % strata ? 1 : 0);
      SplittableRandom random = new SplittableRandom(seed * strata + stratum);
      for (int token : draw(tokens.get(sequence), share, random)) {
        sample.add(new int[] {sequence, stratum % input.heads(), token});
      }
    }
    return sample;
  }

  /// Without replacement, ascending (Knuth's selection sampling).
  private static int[] draw(int[] all, int share, SplittableRandom random) {
    int[] drawn = new int[Math.min(share, all.length)];
    int taken = 0;
    for (int i = 0; taken < drawn.length; i++) {
      if (random.nextInt(all.length - i) < drawn.length - taken) {
        drawn[taken++] = all[i];
      }
    }
    return drawn;
  }

  private static long population(List<int[]> tokens, int heads) {
    return tokens.stream().mapToLong(all -> all.length).sum() * heads;
  }

  /// The real tokens of every sequence.
  private static List<int[]> tokens(AttentionInput input) {
    List<int[]> tokens = new ArrayList<>();
    for (int sequence = 0; sequence < input.batch(); sequence++) {
      int s = sequence;
      tokens.add(IntStream.range(0, input.n()).filter(token -> input.isToken(s, token)).toArray());
    }
    return tokens;
  }

  /// The most rounds measured.
  public int rounds() {
    return rounds;
  }

  /// Every query looked at.
  public List<CapturedMass> samples() {
    return samples;
  }

  /// Whether every query was looked at, not a sample.
  public boolean isComplete() {
    return samples.size() == population;
  }

  /// The mean captured mass of the first `rounds` rounds.
  public double mean(int rounds) {
    return masses(rounds).average().orElseThrow();
  }

  /// The mean captured mass of one head, over all sequences; NaN if the sample has no query of it.
  public double meanOfHead(int head, int rounds) {
    check(rounds);
    return samples.stream()
        .filter(mass -> mass.head() == head)
        .mapToDouble(mass -> mass.byRounds().get(rounds - 1))
        .average()
        .orElse(Double.NaN);
  }

  /// By how much the mean of a sample may be off: one standard error; 0 if every query was looked
  /// at.
  public double standardError(int rounds) {
    double mean = mean(rounds);
    int size = samples.size();
    if (isComplete() || size < 2) {
      return 0;
    }
    double squares = masses(rounds).map(mass -> (mass - mean) * (mass - mean)).sum();
    return Math.sqrt(squares / (size - 1) / size);
  }

  /// The captured mass that a share of the queries stay below: `quantile(4, 0.05)` is what the
  /// worst 5% have at most.
  ///
  /// @throws IllegalArgumentException if `share` is not from 0 to 1
  public double quantile(int rounds, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "share " + share + " is not from 0 to 1; 0.5 is the median");
    }
    double[] sorted = masses(rounds).sorted().toArray();
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /// How many queries have a captured mass in each of `bins` equal parts of 0 … 1.
  ///
  /// @throws IllegalArgumentException if `bins` is below 1
  public List<Integer> histogram(int rounds, int bins) {
    if (bins < 1) {
      throw new IllegalArgumentException(bins + " bins hold nothing; use 1 or more");
    }
    Integer[] counts = new Integer[bins];
    Arrays.fill(counts, 0);
    masses(rounds).forEach(mass -> counts[Math.min(bins - 1, (int) (mass * bins))]++);
    return List.of(counts);
  }

  private DoubleStream masses(int rounds) {
    check(rounds);
    return samples.stream().mapToDouble(mass -> mass.byRounds().get(rounds - 1));
  }

  private void check(int asked) {
    if (asked < 1 || asked > rounds) {
      throw new IllegalArgumentException(
          asked + " rounds were not measured; ask for 1 to " + rounds);
    }
  }
}
