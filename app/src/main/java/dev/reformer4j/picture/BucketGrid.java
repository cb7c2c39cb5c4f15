package dev.reformer4j.picture;

/// The buckets of a run of tokens, one row a round: equal colours in a row are equal buckets.
/// Buckets take turns with eight colours, so wide cells also say the number.
public final class BucketGrid {
  private static final double WIDTH = 360;
  private static final double LEFT = 52;
  private static final double ROW = 20;
  private static final double TOP = 22;

  private BucketGrid() {}

  /// The grid.
  ///
  /// @param first position of the first token shown
  /// @param buckets `[rounds][tokens shown]`
  /// @param chosen position of a token to point at
  public static Svg of(int first, int[][] buckets, int chosen) {
    int rounds = buckets.length;
    int tokens = buckets[0].length;
    double step = (WIDTH - LEFT - 8) / tokens;
    Svg svg =
        new Svg(
            WIDTH,
            TOP + rounds * ROW + 22,
            "Buckets of tokens %d to %d in %d rounds".formatted(first, first + tokens - 1, rounds));
    for (int round = 0; round < rounds; round++) {
      double y = TOP + round * ROW;
      svg.ending(LEFT - 6, y + 13, "soft", "round " + (round + 1));
      for (int i = 0; i < tokens; i++) {
        int bucket = buckets[round][i];
        svg.rect(LEFT + i * step, y + 1, Math.max(0.5, step - 0.4), ROW - 2, Theme.fill(bucket));
        String number = Integer.toString(bucket);
        if (step >= 6 + 6 * number.length()) {
          svg.centred(LEFT + (i + 0.5) * step, y + 14, "small strong", number);
        }
      }
    }
    double x = LEFT + (chosen - first) * step;
    if (chosen >= first && chosen < first + tokens) {
      svg.rect(x - 1, TOP - 1, step + 1.6, rounds * ROW + 2, "frame");
      svg.centred(
          Math.clamp(x + step / 2, LEFT + 20, WIDTH - 28), TOP - 7, "strong", "token " + chosen);
    }
    svg.text(LEFT, TOP + rounds * ROW + 14, "soft small", "position " + first);
    svg.ending(
        WIDTH - 8, TOP + rounds * ROW + 14, "soft small", Integer.toString(first + tokens - 1));
    return svg;
  }
}
