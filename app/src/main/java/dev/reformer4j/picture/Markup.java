package dev.reformer4j.picture;

/// Text made safe to stand inside HTML and SVG.
public final class Markup {
  private static final String UNPRINTABLE = "\uFFFD";

  private Markup() {}

  /// The text as characters, whatever it holds: markup, quotes, control characters, half a
  /// surrogate pair, or marks that would turn the direction of what follows.
  public static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '&' -> safe.append("&amp;");
            case '<' -> safe.append("&lt;");
            case '>' -> safe.append("&gt;");
            case '"' -> safe.append("&quot;");
            case '\'' -> safe.append("&#39;");
            case '\n', '\t' -> safe.append(' ');
            default -> {
              if (isPrintable(c)) {
                safe.appendCodePoint(c);
              } else {
                safe.append(UNPRINTABLE);
              }
            }
          }
        });
    return safe.toString();
  }

  /// Whether a character may stand in a line without changing the lines and words around it.
  public static boolean isPrintable(int c) {
    boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    boolean turns =
        c == 0x061C
            || c == 0x200E
            || c == 0x200F
            || (c >= 0x202A && c <= 0x202E)
            || (c >= 0x2066 && c <= 0x2069);
    boolean noCharacter = (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
    boolean separator = c == 0x2028 || c == 0x2029;
    return !Character.isISOControl(c) && !surrogate && !turns && !noCharacter && !separator;
  }
}
