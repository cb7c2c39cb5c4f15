package dev.reformer4j.plan;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Coverage;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/// The captured mass of a sample sequence, by chunk and rounds.
public final class MassTable {
  /// A table of nothing: no sample was given.
  public static final MassTable EMPTY = new MassTable(new LinkedHashMap<>(), 0);

  /// Products of one query with all keys that are worth spending per chunk length; a few seconds.
  private static final double PRODUCTS = 2e9;

  private static final int FEWEST_QUERIES = 128;
  private static final int MOST_QUERIES = 1024;

  private final SequencedMap<Integer, Coverage> byChunk;
  private final int queries;

  private MassTable(SequencedMap<Integer, Coverage> byChunk, int queries) {
    this.byChunk = byChunk;
    this.queries = queries;
  }

  /// Measures every chunk length, with the largest number of rounds; fewer rounds come with it.
  ///
  /// @param config direction and options; its rounds and chunk are replaced
  public static MassTable measure(
      AttentionInput sample,
      LshConfig config,
      List<Integer> chunks,
      int mostRounds,
      Workers workers) {
    double perQuery = (double) sample.n() * sample.dQk();
    int queries = (int) Math.clamp(PRODUCTS / perQuery, FEWEST_QUERIES, MOST_QUERIES);
    SequencedMap<Integer, Coverage> byChunk = new LinkedHashMap<>();
    for (int chunk : chunks) {
      LshConfig candidate = config.withRounds(mostRounds).withChunk(chunk);
      byChunk.put(
          chunk, Coverage.measure(sample, candidate, Rotations.seeded(0), workers, queries, 0));
    }
    return new MassTable(byChunk, queries);
  }

  /// The mean captured mass, if this chunk length was measured.
  OptionalDouble of(LshConfig config) {
    Coverage coverage = byChunk.get(config.chunk());
    return coverage == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(coverage.mean(config.rounds()));
  }

  /// How far the mean of the sampled queries may be off: the largest standard error of the table.
  public double standardError() {
    return byChunk.values().stream().mapToDouble(c -> c.standardError(c.rounds())).max().orElse(0);
  }

  /// How many queries were looked at.
  public int queries() {
    return byChunk.isEmpty()
        ? 0
        : Math.min(queries, byChunk.firstEntry().getValue().samples().size());
  }

  /// Whether nothing was measured.
  public boolean isEmpty() {
    return byChunk.isEmpty();
  }
}
