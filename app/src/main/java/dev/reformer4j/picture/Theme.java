package dev.reformer4j.picture;

/// Colours and lettering of all pictures, as a style sheet. The eight bucket colours are those of
/// Okabe and Ito (2008), which colour-blind readers tell apart; the yellow is darkened on paper and
/// the black replaced by grey.
public final class Theme {
  /// How many colours buckets take turns with.
  public static final int BUCKET_COLOURS = 8;

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --paper: #ffffff; --card: #f6f8fa; --ink: #1c2127; --soft: #59636e;
        --line: #d1d9e0; --seen: #0072b2; --lost: #d55e00; --mark: #1c2127;
        --b0: #0072b2; --b1: #e69f00; --b2: #009e73; --b3: #cc79a7; --b4: #56b4e9; --b5: #d55e00; --b6: #a89600;
        --b7: #8a8f98; }
      @media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --card: #161b22; --ink: #e6edf3; --soft: #9aa4af;
        --line: #30363d; --seen: #4ea8de; --lost: #f0883e; --mark: #ffffff;
        --b0: #3d9bdb; --b1: #e69f00; --b2: #1fb58b; --b3: #d98fb8; --b4: #7cc7f0; --b5: #ee7b30; --b6: #f0e442;
        --b7: #9aa0a8; } }
      svg { font: 11px/1.2 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
      svg text { fill: var(--ink); unicode-bidi: plaintext; }
      svg .soft { fill: var(--soft); } svg .small { font-size: 9px; } svg .strong { font-weight: 700; }
      svg .paper { fill: var(--paper); } svg .card { fill: var(--card); }
      svg .axis { stroke: var(--soft); stroke-width: 1; fill: none; }
      svg .grid { stroke: var(--line); stroke-width: 1; fill: none; }
      svg .frame { stroke: var(--mark); stroke-width: 1.5; fill: none; }
      svg .seen { fill: var(--seen); } svg .lost { fill: var(--lost); } svg .mark { fill: var(--mark); }
      svg .mirrored { fill: var(--seen); opacity: .35; } svg .win { fill: var(--lost); }
      svg .level1 { opacity: .3; } svg .level2 { opacity: .55; } svg .level3 { opacity: .78; } svg .level4 { opacity: 1; }
      svg .lost.level1 { opacity: .5; } svg .lost.level2 { opacity: .7; } svg .lost.level3 { opacity: .85; }
      svg .curve { stroke: var(--seen); stroke-width: 2; fill: none; } svg .band { fill: var(--seen); opacity: .18; }
      svg .line { stroke-width: 2; fill: none; }
      svg .thin { stroke: var(--seen); stroke-width: 1; stroke-linejoin: round; opacity: .5; fill: none; }
      svg .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 4; stroke-linejoin: round; }
      svg .ribbon { fill: none; stroke-width: 1.2; opacity: .75; }
      svg .chosen { stroke-width: 3; opacity: 1; }
      """;

  private Theme() {}

  /// The style sheet, the same for a page and for a picture that stands alone.
  public static String style() {
    StringBuilder style = new StringBuilder(STYLE);
    for (int b = 0; b < BUCKET_COLOURS; b++) {
      style.append(
          "svg .b%1$d { fill: var(--b%1$d); } svg .s%1$d { stroke: var(--b%1$d); }\n".formatted(b));
    }
    return style.toString();
  }

  /// The class that fills with a bucket's colour.
  public static String fill(int bucket) {
    return "b" + bucket % BUCKET_COLOURS;
  }

  /// The class that draws lines in a bucket's colour.
  public static String stroke(int bucket) {
    return "s" + bucket % BUCKET_COLOURS;
  }
}
