package dev.reformer4j.picture;

import java.util.List;

/// Hashing in the plane: every rotation puts up goal posts all around, a column of R and its
/// negative at opposite ends, and a vector belongs to the post it points to best. Near vectors
/// share a post unless a border runs between them.
public final class GoalPosts {
  private static final double SIZE = 220;
  private static final double CENTRE = SIZE / 2;
  private static final double RADIUS = 74;

  private GoalPosts() {}

  /// Rounds of posts, side by side, each with the same vectors.
  ///
  /// @param posts for every round the columns of R, as `{x, y}`
  /// @param vectors the vectors, as `{x, y}`
  /// @param names their names
  public static Svg of(List<double[][]> posts, double[][] vectors, List<String> names) {
    Svg svg =
        new Svg(
            SIZE * posts.size(),
            SIZE + 24,
            "Goal posts of " + posts.size() + " rounds in the plane");
    for (int round = 0; round < posts.size(); round++) {
      draw(svg, SIZE * round, round, posts.get(round), vectors, names);
    }
    return svg;
  }

  private static void draw(
      Svg svg, double left, int round, double[][] columns, double[][] vectors, List<String> names) {
    svg.text(left + 10, 16, "strong", "Round " + (round + 1));
    int degrees = 360;
    for (int start = 0; start < degrees; ) {
      int bucket = bucket(columns, Math.cos(radians(start)), Math.sin(radians(start)));
      int end = start;
      while (end < degrees
          && bucket(columns, Math.cos(radians(end)), Math.sin(radians(end))) == bucket) {
        end++;
      }
      svg.path(sector(left, start, end), Theme.fill(bucket) + " level1");
      start = end;
    }
    for (int post = 0; post < 2 * columns.length; post++) {
      double sign = post < columns.length ? 1 : -1;
      double x = sign * columns[post % columns.length][0];
      double y = sign * columns[post % columns.length][1];
      double scale = RADIUS / Math.hypot(x, y);
      svg.circle(left + CENTRE + x * scale, CENTRE + 12 - y * scale, 5, Theme.fill(post));
      svg.centred(
          left + CENTRE + x * scale * 1.2,
          CENTRE + 16 - y * scale * 1.2,
          "strong",
          Integer.toString(post));
    }
    for (int i = 0; i < vectors.length; i++) {
      double scale = 0.74 * RADIUS / Math.hypot(vectors[i][0], vectors[i][1]);
      double x = left + CENTRE + vectors[i][0] * scale;
      double y = CENTRE + 12 - vectors[i][1] * scale;
      svg.line(left + CENTRE, CENTRE + 12, x, y, "frame");
      svg.circle(x, y, 3, "mark");
      svg.centred(x + 9, y - 4, "strong", names.get(i));
    }
    svg.centred(left + CENTRE, SIZE + 16, "soft", buckets(columns, vectors, names));
  }

  private static String buckets(double[][] columns, double[][] vectors, List<String> names) {
    StringBuilder said = new StringBuilder();
    for (int i = 0; i < vectors.length; i++) {
      said.append(i == 0 ? "" : ", ")
          .append(names.get(i))
          .append(" → ")
          .append(bucket(columns, vectors[i][0], vectors[i][1]));
    }
    return said.toString();
  }

  /// The argmax over [xR; −xR].
  private static int bucket(double[][] columns, double x, double y) {
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int post = 0; post < 2 * columns.length; post++) {
      double[] column = columns[post % columns.length];
      double score = (post < columns.length ? 1 : -1) * (x * column[0] + y * column[1]);
      if (score > most) {
        most = score;
        best = post;
      }
    }
    return best;
  }

  private static String sector(double left, int start, int end) {
    if (end - start >= 360) {
      return sector(left, start, start + 180) + sector(left, start + 180, end);
    }
    double x = left + CENTRE;
    double y = CENTRE + 12;
    return "M%s %sL%s %sA%s %s 0 %d 0 %s %sz"
        .formatted(
            Svg.number(x),
            Svg.number(y),
            Svg.number(x + RADIUS * Math.cos(radians(start))),
            Svg.number(y - RADIUS * Math.sin(radians(start))),
            Svg.number(RADIUS),
            Svg.number(RADIUS),
            end - start > 180 ? 1 : 0,
            Svg.number(x + RADIUS * Math.cos(radians(end))),
            Svg.number(y - RADIUS * Math.sin(radians(end))));
  }

  private static double radians(int degrees) {
    return Math.toRadians(degrees);
  }
}
