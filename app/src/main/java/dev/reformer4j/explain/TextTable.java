package dev.reformer4j.explain;

import java.util.ArrayList;
import java.util.List;

/// A table of plain text with aligned columns. If it is wider than the screen, its widest column of
/// text gives way.
public final class TextTable {
  private static final String GAP = "  ";

  private final List<String> titles = new ArrayList<>();
  private final List<Boolean> numbers = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /// Adds a column of numbers, which are aligned to the right.
  public TextTable number(String title) {
    titles.add(title);
    numbers.add(true);
    return this;
  }

  /// Adds a column of text, which is aligned to the left.
  public TextTable text(String title) {
    titles.add(title);
    numbers.add(false);
    return this;
  }

  /// Adds a row, one cell a column.
  public TextTable row(String... cells) {
    if (cells.length != titles.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells for " + titles.size() + " columns; give one each");
    }
    rows.add(List.of(cells).stream().map(Screen::plain).toList());
    return this;
  }

  /// The lines of the table.
  public String on(Screen screen) {
    int[] widths = widths(screen.width());
    StringBuilder table = new StringBuilder(screen.dim(line(titles, widths))).append('\n');
    for (List<String> row : rows) {
      table.append(line(row, widths)).append('\n');
    }
    return table.toString();
  }

  private int[] widths(int most) {
    int[] widths = new int[titles.size()];
    int total = 0;
    for (int column = 0; column < widths.length; column++) {
      widths[column] = Screen.columns(titles.get(column));
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], Screen.columns(row.get(column)));
      }
      total += widths[column] + GAP.length();
    }
    int widest = -1;
    for (int column = 0; column < widths.length; column++) {
      if (!numbers.get(column) && (widest < 0 || widths[column] > widths[widest])) {
        widest = column;
      }
    }
    if (total > most && widest >= 0) {
      widths[widest] = Math.max(6, widths[widest] - (total - most));
    }
    return widths;
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = Screen.cut(cells.get(column), widths[column]);
      String space = " ".repeat(Math.max(0, widths[column] - Screen.columns(cell)));
      line.append(GAP).append(numbers.get(column) ? space + cell : cell + space);
    }
    return line.toString().stripTrailing();
  }
}
