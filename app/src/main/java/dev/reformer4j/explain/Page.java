package dev.reformer4j.explain;

import dev.reformer4j.picture.Markup;
import dev.reformer4j.picture.Theme;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// One HTML page that needs nothing but itself: no script, no request, from a file as well as from
/// a server. It follows the reader's light or dark setting and reads from 400 pixels up.
public final class Page {
  private static final String STYLE =
      """
      * { box-sizing: border-box; }
      body { margin: 0; background: var(--paper); color: var(--ink);
        font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
      main { max-width: 1240px; margin: 0 auto; padding: 20px clamp(14px, 3vw, 40px) 60px; }
      h1 { font-size: clamp(1.4rem, 4vw, 2rem); line-height: 1.2; margin: 10px 0 14px; }
      h2 { font-size: 1.2rem; margin: 44px 0 6px; padding-top: 18px; border-top: 1px solid var(--line); }
      p { max-width: 76ch; margin: 8px 0; overflow-wrap: anywhere; } .soft { color: var(--soft); }
      .facts { display: flex; flex-wrap: wrap; gap: 10px; padding: 0; margin: 18px 0; list-style: none; }
      .facts li { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 8px 14px; }
      .facts b { display: block; font-size: 1.3rem; line-height: 1.3; }
      .facts span { color: var(--soft); font-size: .85rem; }
      .pictures { display: grid; gap: 16px; margin: 14px 0; grid-template-columns: minmax(0, 1fr); }
      @media (min-width: 720px) { .pictures { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
      figure { margin: 0; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 10px;
        max-width: 620px; }
      figure svg { display: block; width: 100%; height: auto; }
      figcaption { color: var(--soft); font-size: .85rem; margin-top: 6px; }
      .columns { display: grid; gap: 0 40px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); }
      .columns > div { min-width: 0; }
      .wide { overflow-x: auto; margin: 10px 0; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th, td { text-align: left; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
      th { color: var(--soft); font-weight: 600; font-size: .85rem; }
      .n { text-align: right; white-space: nowrap; } td.words { min-width: 200px; overflow-wrap: anywhere; }
      .bar { display: inline-block; height: .75em; min-width: 1px; border-radius: 2px; background: var(--seen);
        vertical-align: baseline; } .bar.lost { background: var(--lost); }
      .share { width: 100px; min-width: 100px; }
      @media (max-width: 560px) { .share { width: 44px; min-width: 44px; } table { font-size: .9rem; }
        th, td { padding-right: 8px; } }
      .chips { line-height: 2.1; overflow-wrap: anywhere; }
      .chip { padding: 2px 5px; margin: 0 1px; border-radius: 4px; border-bottom: 3px solid var(--line);
        background: var(--card); display: inline-block; line-height: 1.35; max-width: 100%; white-space: pre-wrap; }
      td bdi { display: inline-block; max-width: 15ch; overflow-wrap: anywhere; }
      .chip sub { font-size: .68em; color: var(--soft); margin-left: 3px; }
      .chip.chosen { outline: 2px solid var(--mark); font-weight: 700; }
      .progress { background: var(--line); border-radius: 4px; height: 8px; margin: 14px 0; overflow: hidden; }
      .progress span { display: block; height: 100%; background: var(--seen); }
      pre.text { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px;
        margin: 8px 0 20px; max-width: 90ch; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext;
        font: .92rem/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; }
      details { margin: 8px 0; } summary { cursor: pointer; color: var(--soft); }
      code { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, monospace; font-size: .92em; overflow-wrap: anywhere; }
      footer { margin-top: 50px; color: var(--soft); font-size: .85rem; border-top: 1px solid var(--line); padding-top: 12px; }
      """;

  private final String title;
  private final StringBuilder body = new StringBuilder();
  private final List<String> facts = new ArrayList<>();
  private String refresh = "";

  /// An empty page.
  public Page(String title) {
    this.title = title;
  }

  /// Has the browser read it again and again.
  ///
  /// @param seconds between two readings
  public Page refresh(int seconds) {
    refresh = "<meta http-equiv=\"refresh\" content=\"%d\">\n".formatted(seconds);
    return this;
  }

  /// Adds a number that matters, for the row of them at the top.
  public Page fact(String number, String meaning) {
    facts.add(
        "<li><b>%s</b><span>%s</span></li>"
            .formatted(Markup.escape(number), Markup.escape(meaning)));
    return this;
  }

  /// Begins a section.
  public Page section(String heading) {
    return html("<h2>" + Markup.escape(heading) + "</h2>\n");
  }

  /// Adds a paragraph of plain text.
  public Page paragraph(String text) {
    return html("<p>" + Markup.escape(text) + "</p>\n");
  }

  /// Adds a bar that fills.
  ///
  /// @param share from 0 to 1
  public Page progress(double share) {
    return html(
        String.format(
            Locale.ROOT,
            "<div class='progress'><span style='width:%.1f%%'></span></div>\n",
            100 * share));
  }

  /// Adds a text with the line breaks that it has, whatever it holds.
  ///
  /// @param given what the text went on from, which is paler
  public Page text(String given, String text) {
    return html(
        "<pre class='text'><span class='soft'>%s</span>%s</pre>\n"
            .formatted(lines(given), lines(text)));
  }

  private static String lines(String text) {
    return Arrays.stream(text.replace("\r\n", "\n").split("\n", -1))
        .map(Markup::escape)
        .collect(Collectors.joining("\n"));
  }

  /// Adds what is markup already.
  public Page html(String markup) {
    body.append(markup);
    return this;
  }

  /// Adds pictures side by side, each with what is to be seen on it.
  public Page pictures(List<Picture> pictures) {
    body.append("<div class='pictures'>\n");
    for (Picture picture : pictures) {
      body.append("<figure>").append(picture.svg());
      if (!picture.caption().isEmpty()) {
        body.append("<figcaption>")
            .append(Markup.escape(picture.caption()))
            .append("</figcaption>");
      }
      body.append("</figure>\n");
    }
    body.append("</div>\n");
    return this;
  }

  /// A picture and what to see on it.
  ///
  /// @param svg markup
  /// @param caption plain text
  public record Picture(String svg, String caption) {}

  /// The whole page.
  public String html() {
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    %7$s<title>%1$s</title>
    <style>
    %2$s%3$s%4$s</style>
    </head>
    <body>
    <main>
    <h1>%1$s</h1>
    <ul class="facts">%5$s</ul>
    %6$s
    <footer>Made by reformer4j. This page is one file: it loads nothing and sends nothing.</footer>
    </main>
    </body>
    </html>
    """
        .formatted(
            Markup.escape(title),
            Theme.style(),
            STYLE,
            chips(),
            String.join("", facts),
            body,
            refresh);
  }

  private static String chips() {
    StringBuilder style = new StringBuilder();
    for (int b = 0; b < Theme.BUCKET_COLOURS; b++) {
      style.append(".chip.b%1$d { border-bottom-color: var(--b%1$d); }\n".formatted(b));
    }
    return style.toString();
  }
}
