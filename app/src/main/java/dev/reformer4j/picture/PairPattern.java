package dev.reformer4j.picture;

import java.util.Locale;

/// Which pairs were computed, over the square of all pairs: a row a query, a column a key. Blue
/// pairs were computed, the stronger in the more rounds; orange ones were not, although exact
/// attention gives them weight.
public final class PairPattern {
  /// The levels of blue and orange.
  public static final int LEVELS = 4;

  private static final double WIDTH = 360;
  private static final double LEFT = 44;
  private static final double TOP = 22;
  private static final double SIDE = WIDTH - LEFT - 10;

  private PairPattern() {}

  /// The square.
  ///
  /// @param seen `[cells][cells]`; how strongly a cell was computed, from 0 to [#LEVELS]
  /// @param lost `[cells][cells]`; how much was lost there, from 0 to [#LEVELS]
  /// @param tokens how many tokens the cells stand for
  /// @param first position of the first of them
  /// @param chosen a query to point at, or −1
  public static Svg of(int[][] seen, int[][] lost, int first, int tokens, int chosen) {
    int cells = seen.length;
    double step = SIDE / cells;
    Svg svg =
        new Svg(
            WIDTH,
            TOP + SIDE + 34,
            String.format(
                Locale.ROOT,
                "Pairs computed and pairs lost among tokens %d to %d",
                first,
                first + tokens - 1));
    svg.text(LEFT, 14, "soft", "keys →");
    svg.text(2, TOP + 10, "soft", "↓");
    svg.rect(LEFT, TOP, SIDE, SIDE, "card");
    for (int level = 1; level <= LEVELS; level++) {
      svg.path(runs(seen, level, step, false), "seen level" + level);
    }
    for (int level = 1; level <= LEVELS; level++) {
      svg.path(runs(lost, level, step, step > 5.5), "lost level" + level);
    }
    svg.rect(LEFT, TOP, SIDE, SIDE, "grid");
    if (chosen >= first && chosen < first + tokens) {
      double y = TOP + (double) (chosen - first) / tokens * SIDE;
      svg.rect(LEFT - 1, y - 0.5, SIDE + 2, Math.max(2, SIDE / tokens) + 1, "frame");
      svg.ending(LEFT - 4, y + 4, "small strong", Integer.toString(chosen));
    }
    legend(svg, TOP + SIDE + 20);
    return svg;
  }

  private static void legend(Svg svg, double y) {
    for (int level = 1; level <= LEVELS; level++) {
      svg.rect(LEFT + (level - 1) * 11, y - 9, 10, 10, "seen level" + level);
      svg.rect(LEFT + 160 + (level - 1) * 11, y - 9, 10, 10, "lost level" + level);
    }
    svg.text(LEFT + 50, y, "soft", "computed");
    svg.text(LEFT + 210, y, "soft", "lost");
  }

  /// All cells of one level as one path, each run of neighbours in a row one rectangle. Lost pairs
  /// are drawn a little smaller where there is room, so that they differ in shape as well as in
  /// colour.
  private static String runs(int[][] levels, int level, double step, boolean inset) {
    StringBuilder path = new StringBuilder();
    double gap = inset ? step * 0.25 : 0;
    for (int row = 0; row < levels.length; row++) {
      for (int column = 0; column < levels.length; ) {
        int end = column;
        while (end < levels.length && levels[row][end] == level && (end == column || !inset)) {
          end++;
        }
        if (end > column) {
          path.append('M')
              .append(Svg.number(LEFT + column * step + gap))
              .append(' ')
              .append(Svg.number(TOP + row * step + gap))
              .append('h')
              .append(Svg.number((end - column) * step - 2 * gap))
              .append('v')
              .append(Svg.number(step - 2 * gap))
              .append('h')
              .append(Svg.number(2 * gap - (end - column) * step))
              .append('z');
        }
        column = Math.max(end, column + 1);
      }
    }
    return path.toString();
  }
}
