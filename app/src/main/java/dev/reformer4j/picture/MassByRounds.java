package dev.reformer4j.picture;

import dev.reformer4j.attention.Coverage;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/// The captured mass by number of rounds: the mean as a line, the middle half of the queries as a
/// band.
public final class MassByRounds {
  private static final double WIDTH = 360;
  private static final double HEIGHT = 220;
  private static final double LEFT = 40;
  private static final double RIGHT = WIDTH - 16;
  private static final double TOP = 16;
  private static final double BOTTOM = HEIGHT - 40;

  private MassByRounds() {}

  /// The curve of a coverage.
  public static Svg of(Coverage coverage) {
    int rounds = coverage.rounds();
    Svg svg =
        new Svg(
            WIDTH,
            HEIGHT,
            String.format(
                Locale.ROOT,
                "Captured mass by rounds, from %.1f%% with 1 round to %.1f%% with %d",
                100 * coverage.mean(1),
                100 * coverage.mean(rounds),
                rounds));
    for (int percent = 0; percent <= 100; percent += 25) {
      svg.line(LEFT, y(percent / 100.0), RIGHT, y(percent / 100.0), "grid");
      svg.ending(LEFT - 5, y(percent / 100.0) + 4, "soft small", percent + "%");
    }
    svg.path(
        curve("M", 1, rounds, rounds, r -> coverage.quantile(r, 0.75))
            + curve("L", rounds, 1, rounds, r -> coverage.quantile(r, 0.25))
            + "z",
        "band");
    svg.path(curve("M", 1, rounds, rounds, coverage::mean), "curve");
    for (int r = 1; r <= rounds; r++) {
      svg.circle(x(r, rounds), y(coverage.mean(r)), 3, "seen");
      if (rounds <= 12 || r == 1 || r == rounds) {
        svg.centred(x(r, rounds), BOTTOM + 15, "soft small", Integer.toString(r));
      }
      if (rounds <= 8 || r == 1 || r == rounds) {
        double above = y(coverage.mean(r)) - 8;
        svg.centred(
            Math.min(x(r, rounds), RIGHT - 8),
            above,
            "small strong",
            String.format(Locale.ROOT, "%.0f%%", 100 * coverage.mean(r)));
      }
    }
    svg.centred((LEFT + RIGHT) / 2, HEIGHT - 8, "soft", "rounds of hashing");
    return svg;
  }

  private static String curve(
      String begin, int from, int to, int rounds, IntToDoubleFunction mass) {
    StringBuilder path = new StringBuilder(begin);
    int step = from <= to ? 1 : -1;
    for (int r = from; r != to + step; r += step) {
      path.append(r == from ? "" : "L")
          .append(Svg.number(x(r, rounds)))
          .append(' ')
          .append(Svg.number(y(mass.applyAsDouble(r))));
    }
    return path.toString();
  }

  private static double x(int round, int rounds) {
    return rounds == 1
        ? (LEFT + RIGHT) / 2
        : LEFT + 14 + (RIGHT - LEFT - 28) * (round - 1) / (rounds - 1);
  }

  private static double y(double mass) {
    return BOTTOM - (BOTTOM - TOP) * mass;
  }
}
