package dev.reformer4j.cli.bench;

import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.plan.Workload;
import java.time.Duration;
import java.util.List;

/// What to measure.
///
/// @param tokens lengths, ascending
/// @param variants the columns, in order
/// @param lsh configuration of LSH attention; the others take its chunk and direction
/// @param heads heads of every sequence
/// @param width numbers in a query, key or value vector
/// @param threads threads that share the work
/// @param limit how long one run of exact attention may be expected to take
/// @param warmUp how long every variant runs before the first measurement
record Settings(
    List<Integer> tokens,
    List<Variant> variants,
    LshConfig lsh,
    int heads,
    int width,
    int threads,
    Duration limit,
    Duration warmUp) {
  /// A sequence of this length.
  Workload load(int length) {
    return new Workload(length, heads, width, width, lsh.causal());
  }

  /// The same with other lengths.
  Settings withTokens(List<Integer> other) {
    return new Settings(other, variants, lsh, heads, width, threads, limit, warmUp);
  }
}
