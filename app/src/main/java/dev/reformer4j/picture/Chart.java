package dev.reformer4j.picture;

import java.util.ArrayList;
import java.util.List;

/// Curves and points over one axis, such as the steps of a training.
public final class Chart {
  private static final double WIDTH = 600;
  private static final double HEIGHT = 270;
  private static final double LEFT = 54;
  private static final double RIGHT = WIDTH - 18;
  private static final double TOP = 36;
  private static final double BOTTOM = HEIGHT - 40;

  /// How the numbers of the upright axis are spread.
  public enum Scale {
    /// Equal steps, from 0 on.
    FROM_ZERO,
    /// Equal ratios; only numbers above 0 are shown.
    LOGARITHMIC
  }

  private enum Kind {
    CURVE,
    POINTS
  }

  /// @param name empty if nothing is to be said of it
  private record Layer(Kind kind, String name, String style, double[] x, double[] y) {}

  private record Mark(double x, double y, String words) {}

  private final String across;
  private final String up;
  private final Scale scale;
  private final List<Layer> layers = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();

  /// An empty chart.
  ///
  /// @param across what the lying axis counts
  /// @param up unit of the upright axis
  public Chart(String across, String up, Scale scale) {
    this.across = across;
    this.up = up;
    this.scale = scale;
  }

  /// Adds a strong line. It has a gap where a number is not finite.
  ///
  /// @param name for the key above the chart; empty for none
  public Chart curve(String name, double[] x, double[] y) {
    return add(new Layer(Kind.CURVE, name, "curve", x, y));
  }

  /// Adds one of several lines, each in a colour of its own.
  ///
  /// @param number which of them; the first [Theme#BUCKET_COLOURS] differ
  public Chart line(int number, String name, double[] x, double[] y) {
    return add(new Layer(Kind.CURVE, name, "line " + Theme.stroke(number), x, y));
  }

  /// Adds a thin and pale line.
  public Chart thin(String name, double[] x, double[] y) {
    return add(new Layer(Kind.CURVE, name, "thin", x, y));
  }

  /// Adds points.
  public Chart points(String name, double[] x, double[] y) {
    return add(new Layer(Kind.POINTS, name, "lost", x, y));
  }

  private Chart add(Layer layer) {
    layers.add(layer);
    return this;
  }

  /// Rings a place, and says what is there.
  public Chart mark(double x, double y, String words) {
    marks.add(new Mark(x, y, words));
    return this;
  }

  /// Whether there is a number to be drawn.
  public boolean isEmpty() {
    return layers.stream().noneMatch(layer -> count(layer) > 0);
  }

  private int count(Layer layer) {
    int count = 0;
    for (double y : layer.y) {
      count += shows(y) ? 1 : 0;
    }
    return count;
  }

  private boolean shows(double y) {
    return Double.isFinite(y) && (scale == Scale.FROM_ZERO || y > 0);
  }

  /// The picture. An empty chart is a frame that says so.
  ///
  /// @param description what a reader who cannot see it should be told
  /// @param from the first number of the lying axis
  /// @param to the last
  public Svg svg(String description, double from, double to) {
    Svg svg = new Svg(WIDTH, HEIGHT, description);
    svg.text(LEFT, 16, "soft", up);
    if (isEmpty()) {
      svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis");
      return svg.centred((LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2, "soft", "nothing yet");
    }
    Axis lying = new Axis(from, Math.max(to, from + 1), false, Axis.linear(from, to).ticks());
    Axis upright = upright();
    grid(svg, lying, upright);
    key(svg);
    for (Layer layer : layers) {
      if (layer.kind == Kind.CURVE) {
        svg.path(path(layer, lying, upright), layer.style);
      } else {
        points(svg, layer, lying, upright);
      }
    }
    marks.forEach(mark -> mark(svg, mark, lying, upright));
    return svg;
  }

  private Axis upright() {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (Layer layer : layers) {
      for (double y : layer.y) {
        if (shows(y)) {
          min = Math.min(min, y);
          max = Math.max(max, y);
        }
      }
    }
    return scale == Scale.LOGARITHMIC
        ? Axis.logarithmic(min, max)
        : Axis.linear(Math.min(0, min), max == 0 && min == 0 ? 1 : max);
  }

  private void grid(Svg svg, Axis lying, Axis upright) {
    for (double tick : upright.ticks()) {
      double y = y(tick, upright);
      svg.line(LEFT, y, RIGHT, y, "grid");
      svg.ending(LEFT - 6, y + 4, "soft", Axis.said(tick));
    }
    svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis");
    for (double tick : lying.ticks()) {
      if (tick >= lying.low() && tick <= lying.high() && tick == Math.rint(tick)) {
        double x = x(tick, lying);
        svg.line(x, BOTTOM, x, BOTTOM + 4, "axis");
        svg.centred(x, BOTTOM + 17, "soft", Axis.said(tick));
      }
    }
    svg.centred((LEFT + RIGHT) / 2, HEIGHT - 6, "soft", across);
  }

  /// From the right, since the unit stands at the left.
  private void key(Svg svg) {
    double x = RIGHT;
    for (Layer layer : layers.reversed()) {
      if (layer.name.isEmpty() || count(layer) == 0) {
        continue;
      }
      svg.ending(x, 16, "soft", layer.name);
      x -= 5.6 * layer.name.length() + 6;
      if (layer.kind == Kind.CURVE) {
        svg.line(x - 16, 12, x, 12, layer.style);
        x -= 30;
      } else {
        svg.circle(x - 4, 12, 3, layer.style);
        x -= 20;
      }
    }
  }

  private String path(Layer layer, Axis lying, Axis upright) {
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    for (int i = 0; i < layer.x.length; i++) {
      boolean shown = shows(layer.y[i]);
      if (shown) {
        path.append(drawing ? 'L' : 'M')
            .append(Svg.number(x(layer.x[i], lying)))
            .append(' ')
            .append(Svg.number(y(layer.y[i], upright)));
      }
      drawing = shown;
    }
    return path.toString();
  }

  private void points(Svg svg, Layer layer, Axis lying, Axis upright) {
    double radius = layer.x.length > 80 ? 2 : 3;
    for (int i = 0; i < layer.x.length; i++) {
      if (shows(layer.y[i])) {
        svg.circle(x(layer.x[i], lying), y(layer.y[i], upright), radius, layer.style);
      }
    }
  }

  /// The words stand above the place, and on its left where there is no room on its right.
  private void mark(Svg svg, Mark mark, Axis lying, Axis upright) {
    double x = x(mark.x, lying);
    double y = y(mark.y, upright);
    svg.circle(x, y, 6, "frame");
    double half = 3.2 * mark.words.length();
    double centre = Math.clamp(x, LEFT + half, RIGHT - half);
    svg.centred(centre, Math.max(y - 16, TOP + 8), "strong halo", mark.words);
  }

  private static double x(double value, Axis lying) {
    return LEFT + (RIGHT - LEFT) * lying.place(value);
  }

  private static double y(double value, Axis upright) {
    return BOTTOM - (BOTTOM - TOP) * upright.place(value);
  }
}
