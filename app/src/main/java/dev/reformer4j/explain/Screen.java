package dev.reformer4j.explain;

import dev.reformer4j.picture.Markup;
import java.io.Console;
import java.util.Optional;

/// What the output can show: how wide it is, and whether it takes colours.
///
/// @param width columns
/// @param colour whether escape sequences are understood and wanted
public record Screen(int width, boolean colour) {
  private static final String RESET = "\u001b[0m";

  /// What this process writes to: colours only on a terminal, unless `NO_COLOR` is set
  /// (no-color.org).
  ///
  /// @param width columns
  public static Screen standard(int width) {
    return new Screen(
        width, isTerminal() && unset("NO_COLOR") && !"dumb".equals(System.getenv("TERM")));
  }

  /// Whether standard output is a terminal.
  public static boolean isTerminal() {
    return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }

  private static boolean unset(String variable) {
    String value = System.getenv(variable);
    return value == null || value.isEmpty();
  }

  /// A title.
  public String bold(String text) {
    return styled("1", text);
  }

  /// What matters less.
  String dim(String text) {
    return styled("2", text);
  }

  private String styled(String code, String text) {
    return colour && !text.isEmpty() ? "\u001b[" + code + "m" + text + RESET : text;
  }

  /// Text from outside, on one line and without anything that a terminal would obey.
  static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          if (c == '\n' || c == '\t') {
            plain.append(' ');
          } else if (Markup.isPrintable(c)) {
            plain.appendCodePoint(c);
          } else {
            plain.append('\uFFFD');
          }
        });
    return plain.toString();
  }

  /// How many columns a text takes: none for marks that combine, two for wide letters and most
  /// emoji.
  static int columns(String text) {
    return text.codePoints().map(Screen::columns).sum();
  }

  private static int columns(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT
        || (c >= 0x1F3FB && c <= 0x1F3FF)) {
      return 0;
    }
    boolean wide =
        (c >= 0x1100 && c <= 0x115F)
            || (c >= 0x2E80 && c <= 0xA4CF)
            || (c >= 0xAC00 && c <= 0xD7A3)
            || (c >= 0xF900 && c <= 0xFAFF)
            || (c >= 0xFE30 && c <= 0xFE6F)
            || (c >= 0xFF00 && c <= 0xFF60)
            || (c >= 0xFFE0 && c <= 0xFFE6)
            || (c >= 0x1F300 && c <= 0x1FAFF)
            || (c >= 0x20000 && c <= 0x3FFFD);
    return wide ? 2 : 1;
  }

  /// As much of a text as fits, with `…` where something is missing.
  public static String cut(String text, int columns) {
    if (columns(text) <= columns) {
      return text;
    }
    StringBuilder cut = new StringBuilder();
    int used = 1;
    for (int c : text.codePoints().toArray()) {
      used += columns(c);
      if (used > columns) {
        break;
      }
      cut.appendCodePoint(c);
    }
    return cut.append('…').toString();
  }

  /// Paragraphs, broken between words at the width of the screen, or at 100 columns if that is
  /// less.
  public String wrapped(String text) {
    int most = Math.min(Math.max(20, width), 100);
    StringBuilder lines = new StringBuilder();
    int column = 0;
    for (String word : text.split(" ", -1)) {
      if (column > 0 && column + 1 + columns(word) > most) {
        lines.append('\n');
        column = 0;
      } else if (column > 0) {
        lines.append(' ');
        column++;
      }
      lines.append(word);
      column += columns(word);
    }
    return lines.toString();
  }
}
