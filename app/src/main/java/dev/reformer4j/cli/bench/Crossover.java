package dev.reformer4j.cli.bench;

import dev.reformer4j.cli.Say;
import java.util.List;
import java.util.Optional;

/// From which length on hashing is the faster way.
final class Crossover {
  private Crossover() {}

  /// One length at which both were timed.
  ///
  /// @param tokens length of the sequence
  /// @param lsh seconds of LSH attention
  /// @param exact seconds of exact attention
  record Point(int tokens, double lsh, double exact) {
    private double advantage() {
      return Math.log(exact / lsh);
    }
  }

  /// Says it in one sentence; nothing if the two were not both measured. Lengths of one chunk do
  /// not count: nothing is hashed there, and both compute the same.
  static Optional<String> sentence(List<Measurement> cells, int chunk) {
    List<Point> all = points(cells);
    if (all.isEmpty()) {
      return Optional.empty();
    }
    List<Point> points = all.stream().filter(point -> point.tokens() > chunk).toList();
    return Optional.of("Crossover: " + (points.isEmpty() ? notHashed(chunk) : verdict(points)));
  }

  private static String notHashed(int chunk) {
    return "no length measured is longer than the chunk of %s, so nothing was hashed; try --tokens 1K,4K,16K."
        .formatted(Say.count(chunk));
  }

  private static String verdict(List<Point> points) {
    Point first = points.getFirst();
    if (points.size() == 1) {
      return "%s attention is the faster one at %s tokens; measure more lengths to find where they meet."
          .formatted(first.advantage() > 0 ? "LSH" : "exact", Say.count(first.tokens()));
    }
    if (first.advantage() > 0) {
      return "LSH attention is the faster one already at %s tokens, the shortest length measured."
          .formatted(Say.count(first.tokens()));
    }
    for (int i = 1; i < points.size(); i++) {
      if (points.get(i).advantage() > 0) {
        return "LSH attention is the faster one from about %s tokens on."
            .formatted(Say.count(between(points.get(i - 1), points.get(i))));
      }
    }
    return "exact attention is the faster one up to %s tokens, the longest length measured."
        .formatted(Say.count(points.getLast().tokens()));
  }

  /// Where the ratio of the times is 1, on logarithmic axes, on which both times are nearly
  /// straight lines.
  static long between(Point before, Point after) {
    double share = -before.advantage() / (after.advantage() - before.advantage());
    double tokens = before.tokens() * Math.pow((double) after.tokens() / before.tokens(), share);
    double step = Math.pow(10, Math.floor(Math.log10(tokens)) - 1);
    return Math.round(Math.round(tokens / step) * step);
  }

  private static List<Point> points(List<Measurement> cells) {
    return cells.stream()
        .filter(lsh -> lsh.variant().equals(new Variant(Kind.LSH, Pass.FORWARD)))
        .flatMap(lsh ->
            cells.stream()
                .filter(exact -> exact.variant().equals(new Variant(Kind.EXACT, Pass.FORWARD)))
                .filter(exact -> exact.tokens() == lsh.tokens())
                .map(exact -> new Point(lsh.tokens(), lsh.seconds(), exact.seconds())))
        .toList();
  }
}
