package dev.reformer4j.cli.bench;

import dev.reformer4j.cli.Say;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The table that people read. Rows can be printed as they come, since columns have fixed widths.
final class Table {
  private static final int TOKENS = 11;
  private static final int TIME = 13;
  private static final int RATIO = 13;

  private final List<Variant> variants;
  private boolean predictions;

  Table(List<Variant> variants) {
    this.variants = variants;
  }

  /// The titles of the columns.
  String head() {
    return right("tokens", TOKENS)
        + variants.stream().map(v -> right(v.title(), TIME)).collect(Collectors.joining())
        + ratios().stream().map(r -> right(r.title(), RATIO)).collect(Collectors.joining());
  }

  /// One length; a time that was not measured has a `~`.
  String row(List<Measurement> cells) {
    StringBuilder row = new StringBuilder(right(Say.count(cells.getFirst().tokens()), TOKENS));
    for (Measurement cell : cells) {
      predictions |= cell.isPredicted();
      row.append(right(sign(cell.isPredicted()) + Say.seconds(cell.seconds()), TIME));
    }
    for (Ratio ratio : ratios()) {
      row.append(right(ratio.of(cells), RATIO));
    }
    return row.toString();
  }

  /// What the `~` means, if a row had one.
  Optional<String> legend(String limit) {
    return predictions
        ? Optional.of(
            "~ predicted from the length before (time grows with the square): one run would take"
                + " longer than "
                + limit
                + "; --limit allows more.")
        : Optional.empty();
  }

  private static String sign(boolean predicted) {
    return predicted ? "~" : "";
  }

  private static String right(String text, int width) {
    return " ".repeat(Math.max(1, width - text.length())) + text;
  }

  /// How many times as long one variant takes as another.
  private record Ratio(Variant of, Variant to) {
    String title() {
      return of.kind() == to.kind() ? of.kind().label() + " f+b/f" : of.title() + "/" + to.title();
    }

    String of(List<Measurement> cells) {
      Measurement above = find(cells, of);
      Measurement below = find(cells, to);
      return sign(above.isPredicted() || below.isPredicted())
          + Say.figures(above.seconds() / below.seconds())
          + "x";
    }

    private static Measurement find(List<Measurement> cells, Variant variant) {
      return cells.stream().filter(c -> c.variant().equals(variant)).findFirst().orElseThrow();
    }
  }

  /// Exact against LSH attention, and for every kind both passes against one.
  private List<Ratio> ratios() {
    List<Ratio> all = new ArrayList<>();
    all.add(new Ratio(new Variant(Kind.EXACT, Pass.FORWARD), new Variant(Kind.LSH, Pass.FORWARD)));
    for (Kind kind : Kind.values()) {
      all.add(new Ratio(new Variant(kind, Pass.FORWARD_BACKWARD), new Variant(kind, Pass.FORWARD)));
    }
    return all.stream()
        .filter(r -> variants.contains(r.of()) && variants.contains(r.to()))
        .toList();
  }
}
