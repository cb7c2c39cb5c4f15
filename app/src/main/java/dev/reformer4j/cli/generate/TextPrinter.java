package dev.reformer4j.cli.generate;

import dev.reformer4j.generate.TextListener;
import dev.reformer4j.picture.Markup;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/// Prints texts that are generated side by side: the first as it comes, the others, which nobody
/// could read at the same time, when all have ended.
public final class TextPrinter implements TextListener {
  private final PrintWriter out;
  private final boolean terminal;
  private final List<StringBuilder> waiting = new ArrayList<>();
  private final List<String> headings;

  /// @param headings one for each text, printed before it; empty for a text that has none
  /// @param terminal whether a person watches: then what would disturb a terminal is shown as �
  public TextPrinter(PrintWriter out, boolean terminal, List<String> headings) {
    this.out = out;
    this.terminal = terminal;
    this.headings = headings;
    headings.forEach(_ -> waiting.add(new StringBuilder()));
  }

  /// Prints the first heading.
  public void begin() {
    printHeading(0);
  }

  @Override
  public boolean onText(int sequence, String piece) {
    if (sequence == 0) {
      print(piece);
    } else {
      waiting.get(sequence).append(piece);
    }
    return true;
  }

  /// Prints what has waited, when all texts have ended.
  public void end() {
    out.println();
    for (int i = 1; i < headings.size(); i++) {
      printHeading(i);
      print(waiting.get(i).toString());
      out.println();
    }
    out.flush();
  }

  private void printHeading(int i) {
    if (!headings.get(i).isEmpty()) {
      out.println(headings.get(i));
    }
  }

  private void print(String piece) {
    out.print(terminal ? harmless(piece) : piece);
    out.flush();
  }

  /// Without anything that a terminal would obey, but line breaks and tabs.
  public static String harmless(String text) {
    StringBuilder harmless = new StringBuilder();
    text.codePoints()
        .forEach(c ->
            harmless.appendCodePoint(
                c == '\n' || c == '\t' || Markup.isPrintable(c) ? c : '\uFFFD'));
    return harmless.toString();
  }
}
