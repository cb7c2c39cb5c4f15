package dev.reformer4j.picture;

import dev.reformer4j.attention.RotatedScores;
import dev.reformer4j.attention.RoundTrace;
import java.util.List;
import java.util.Locale;

/// The rotated values of one token in one round: bars for xR, their mirror image for −xR, and the
/// largest marked. Its index is the bucket; with several factors there is one row of bars for each.
public final class RotationBars {
  private static final double WIDTH = 360;
  private static final double LEFT = 12;
  private static final double SPAN = WIDTH - 2 * LEFT;
  private static final double HEAD = 24;
  private static final double BARS = 96;
  private static final double PANEL = BARS + 46;

  private RotationBars() {}

  /// The bars of one round.
  public static Svg of(RoundTrace round) {
    List<RotatedScores> scores = round.scores();
    String title = "Round %d: bucket %d".formatted(round.round() + 1, round.bucket());
    Svg svg =
        new Svg(
            WIDTH,
            HEAD + Math.max(1, scores.size()) * PANEL,
            title + ", with rotated values as bars");
    svg.text(LEFT, 15, "strong", title);
    if (scores.isEmpty()) {
      return svg.text(LEFT, 60, "soft", "so short an input is one chunk; nothing is hashed");
    }
    svg.ending(WIDTH - LEFT, 15, "soft", arithmetic(scores));
    for (int f = 0; f < scores.size(); f++) {
      panel(svg, scores.get(f), HEAD + f * PANEL);
    }
    return svg;
  }

  /// How the argmaxes of several factors make one bucket: `3 + 8 · 1`.
  private static String arithmetic(List<RotatedScores> scores) {
    StringBuilder sum = new StringBuilder();
    int scale = 1;
    for (RotatedScores factor : scores) {
      if (factor.argmax() < 0) {
        return "padding";
      }
      sum.append(scale == 1 ? "" : " + " + scale + " · ").append(factor.argmax());
      scale *= factor.factor();
    }
    return scores.size() == 1 ? "argmax " + sum : sum.toString();
  }

  private static void panel(Svg svg, RotatedScores scores, double top) {
    int factor = scores.factor();
    double step = SPAN / factor;
    double most = 1e-30;
    for (int i = 0; i < factor; i++) {
      most = Math.max(most, scores.mirrored(i));
    }
    double zero = top + 14 + (BARS - 14) / 2;
    double unit = (BARS - 28) / 2 / most;
    for (int i = 0; i < factor; i++) {
      double value = scores.mirrored(i);
      String style = i == scores.argmax() ? "win" : i < factor / 2 ? "seen" : "mirrored";
      double x = LEFT + i * step + step * 0.12;
      svg.rect(
          x, value >= 0 ? zero - value * unit : zero, step * 0.76, Math.abs(value) * unit, style);
      if (step >= 15 || i == scores.argmax()) {
        String name = i == scores.argmax() ? "strong" : "soft small";
        svg.centred(x + step * 0.38, top + BARS + 14, name, Integer.toString(i));
      }
    }
    svg.line(LEFT, zero, LEFT + SPAN, zero, "axis");
    svg.line(LEFT + SPAN / 2, top + 4, LEFT + SPAN / 2, top + BARS + 4, "grid");
    if (scores.argmax() >= 0) {
      double x = LEFT + (scores.argmax() + 0.5) * step;
      double y = zero - scores.mirrored(scores.argmax()) * unit - 4;
      svg.centred(
          Math.clamp(x, LEFT + 12, WIDTH - LEFT - 12),
          y,
          "strong",
          String.format(Locale.ROOT, "%.2f", scores.mirrored(scores.argmax())));
    }
    svg.centred(LEFT + SPAN / 4, top + BARS + 30, "soft", "xR");
    svg.centred(LEFT + 3 * SPAN / 4, top + BARS + 30, "soft", "−xR, the same mirrored");
  }
}
