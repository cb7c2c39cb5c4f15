package dev.reformer4j.picture;

import java.util.Locale;

/// One picture. Lengths are in units of about a pixel; it scales to whatever width it is given.
public final class Svg {
  private final double width;
  private final double height;
  private final String description;
  private final StringBuilder body = new StringBuilder();

  /// An empty picture.
  ///
  /// @param description what a reader who cannot see it should be told
  Svg(double width, double height, String description) {
    this.width = width;
    this.height = height;
    this.description = description;
  }

  /// A rectangle.
  Svg rect(double x, double y, double w, double h, String style) {
    return add("<rect x='%s' y='%s' width='%s' height='%s' class='%s'/>", x, y, w, h, style);
  }

  /// A straight line.
  Svg line(double x1, double y1, double x2, double y2, String style) {
    return add("<line x1='%s' y1='%s' x2='%s' y2='%s' class='%s'/>", x1, y1, x2, y2, style);
  }

  /// A circle.
  Svg circle(double x, double y, double radius, String style) {
    return add("<circle cx='%s' cy='%s' r='%s' class='%s'/>", x, y, radius, style);
  }

  /// A path; `commands` are SVG's own.
  Svg path(String commands, String style) {
    body.append("<path d='").append(commands).append("' class='").append(style).append("'/>\n");
    return this;
  }

  /// Text that begins at x.
  Svg text(double x, double y, String style, String text) {
    return text(x, y, style, "start", text);
  }

  /// Text centred on x.
  Svg centred(double x, double y, String style, String text) {
    return text(x, y, style, "middle", text);
  }

  /// Text that ends at x.
  Svg ending(double x, double y, String style, String text) {
    return text(x, y, style, "end", text);
  }

  private Svg text(double x, double y, String style, String anchor, String text) {
    return add(
        "<text x='%s' y='%s' class='%s' text-anchor='%s'>%s</text>",
        x, y, style, anchor, Markup.escape(text));
  }

  private Svg add(String template, Object... values) {
    Object[] said = values.clone();
    for (int i = 0; i < said.length; i++) {
      if (said[i] instanceof Double number) {
        said[i] = number(number);
      }
    }
    body.append(template.formatted(said)).append('\n');
    return this;
  }

  /// A number as SVG wants it: a point, at most two decimals, none that say nothing.
  static String number(double value) {
    String said = String.format(Locale.ROOT, "%.2f", value);
    return said.replaceFirst("\\.?0+$", "").replaceFirst("^-0$", "0");
  }

  /// As part of a page that holds [Theme#style()].
  public String inline() {
    String name = Markup.escape(description);
    return "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %s %s' role='img' aria-label='%s'>\n%s</svg>\n"
        .formatted(number(width), number(height), name, body);
  }

  /// As a file of its own, on paper of its own.
  public String standalone() {
    return """
    <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %1$s %2$s' width='%3$s' role='img'>
    <title>%4$s</title>
    <style>
    %5$s</style>
    <rect width='%1$s' height='%2$s' class='paper'/>
    %6$s</svg>
    """
        .formatted(
            number(width),
            number(height),
            number(width * 1.5),
            Markup.escape(description),
            Theme.style(),
            body);
  }
}
