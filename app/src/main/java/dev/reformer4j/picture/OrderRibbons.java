package dev.reformer4j.picture;

/// One round's sort: every ribbon leads a token from its position in the text to its place in the
/// bucket order, in the colour of its bucket. Ticks below are the borders of chunks; the chunk of
/// the chosen token is framed.
public final class OrderRibbons {
  private static final double WIDTH = 360;
  private static final double HEIGHT = 170;
  private static final double LEFT = 10;
  private static final double SPAN = WIDTH - 2 * LEFT;
  private static final double TOP = 40;
  private static final double BOTTOM = 138;

  /// More ribbons than this are a carpet.
  private static final int MOST_RIBBONS = 160;

  private OrderRibbons() {}

  /// The ribbons of one round.
  ///
  /// @param round which round, from 0
  /// @param order `[n]`; the token at every place
  /// @param buckets `[n]`; the bucket of every token
  /// @param chunk places in a chunk; 0 if there are no chunks to show
  /// @param chosen a token to point at
  public static Svg of(int round, int[] order, int[] buckets, int chunk, int chosen) {
    int n = order.length;
    int every = (n + MOST_RIBBONS - 1) / MOST_RIBBONS;
    Svg svg =
        new Svg(
            WIDTH,
            HEIGHT,
            "Round %d: from the order of the text to the order of the buckets"
                .formatted(round + 1));
    svg.text(LEFT, 15, "strong", "Round " + (round + 1));
    svg.ending(WIDTH - LEFT, 15, "soft", every == 1 ? "every token" : "one token in " + every);
    svg.text(LEFT, TOP - 8, "soft small", "order of the text");
    int chosenPlace = 0;
    for (int place = 0; place < n; place++) {
      int token = order[place];
      if (token == chosen) {
        chosenPlace = place;
      } else if (token % every == 0) {
        ribbon(svg, token, place, n, "ribbon " + Theme.stroke(buckets[token]));
      }
    }
    borders(svg, n, chunk, chosenPlace);
    ribbon(svg, chosen, chosenPlace, n, "ribbon chosen " + Theme.stroke(buckets[chosen]));
    svg.circle(at(chosen, n), TOP, 3.5, "mark");
    svg.circle(at(chosenPlace, n), BOTTOM, 3.5, "mark");
    svg.text(
        LEFT,
        HEIGHT - 6,
        "soft small",
        "order of the buckets" + (chunk > 0 ? ", cut into chunks of " + chunk : ""));
    return svg;
  }

  private static void borders(Svg svg, int n, int chunk, int chosenPlace) {
    svg.line(LEFT, TOP, LEFT + SPAN, TOP, "grid");
    svg.line(LEFT, BOTTOM, LEFT + SPAN, BOTTOM, "axis");
    if (chunk <= 0) {
      return;
    }
    double step = SPAN / n;
    for (int border = 0; border <= n && chunk * step > 3; border += chunk) {
      svg.line(LEFT + border * step, BOTTOM - 3, LEFT + border * step, BOTTOM + 6, "axis");
    }
    double start = chosenPlace / chunk * chunk * step;
    double end = Math.min(n * step, start + chunk * step);
    double width = Math.max(8, end - start);
    svg.rect(LEFT + (start + end - width) / 2, BOTTOM - 6, width, 13, "frame");
  }

  private static void ribbon(Svg svg, int token, int place, int n, String style) {
    String from = Svg.number(at(token, n));
    String to = Svg.number(at(place, n));
    String middle = Svg.number((TOP + BOTTOM) / 2);
    svg.path(
        "M%s %s C%s %s %s %s %s %s"
            .formatted(from, Svg.number(TOP), from, middle, to, middle, to, Svg.number(BOTTOM)),
        style);
  }

  private static double at(int index, int n) {
    return LEFT + (index + 0.5) * SPAN / n;
  }
}
