package dev.reformer4j.cli.table;

import dev.reformer4j.cli.UserError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Which fields of a table are the text and the label.
///
/// @param text the key of the text's field in a row
/// @param label that of the label
/// @param header whether the first row names the columns, and is no text
/// @param names what the columns are called: `text "review", label "stars"`
record Columns(String text, String label, boolean header, String names) {
  private static final List<String> USUAL_TEXT =
      List.of("text", "sentence", "review", "content", "document", "body", "comment", "message");

  /// Columns that a sentence names.
  private static final int MOST_LISTED = 12;

  private static final List<String> USUAL_LABEL =
      List.of("label", "class", "category", "target", "sentiment", "topic", "intent", "labels");

  /// What the user says of the columns.
  ///
  /// @param text name or number of the text's
  /// @param label of the label's
  /// @param header whether the first row names them
  record Wish(Optional<String> text, Optional<String> label, Optional<Boolean> header) {}

  /// Finds them.
  ///
  /// @throws UserError if they are not there, or it is not plain which they are
  static Columns find(Table table, boolean objects, Wish wish) {
    if (table.rows().isEmpty()) {
      throw new UserError(table.file() + " has no rows; give one with a text and a label in each");
    }
    Map<String, String> first = table.rows().getFirst().fields();
    boolean header = !objects && wish.header.orElseGet(() -> isHeader(first, wish));
    List<Map.Entry<String, String>> named = named(first, header);
    Optional<String> text = pick(table, named, wish.text, "--text-column", USUAL_TEXT);
    Optional<String> label = pick(table, named, wish.label, "--label-column", USUAL_LABEL);
    if (first.size() == 2) {
      if (text.isEmpty() && label.isEmpty()) {
        label = Optional.of(rarer(table, first.keySet()));
      }
      Optional<String> ofLabel = label;
      text = text.or(() -> other(first, ofLabel.orElseThrow()));
      Optional<String> ofText = text;
      label = label.or(() -> other(first, ofText.orElseThrow()));
    }
    if (text.isEmpty() || label.isEmpty()) {
      String missing = text.isEmpty() ? "text" : "label";
      throw new UserError(
          "%s does not say which of its columns (%s) is the %s; give --%s-column"
              .formatted(table.file(), listed(named, first.size()), missing, missing));
    }
    if (text.equals(label)) {
      throw new UserError(
          "--text-column and --label-column of %s are one column; name two"
              .formatted(table.file()));
    }
    return of(first, text.get(), label.get(), header);
  }

  /// What a column may be called, and its key in a row: its name before its number.
  private static List<Map.Entry<String, String>> named(Map<String, String> first, boolean header) {
    List<Map.Entry<String, String>> named = new ArrayList<>();
    if (header) {
      first.forEach((key, name) -> named.add(Map.entry(name.strip(), key)));
    }
    first.keySet().forEach(key -> named.add(Map.entry(key, key)));
    return named;
  }

  private static String listed(List<Map.Entry<String, String>> named, int columns) {
    return named.stream()
        .limit(Math.min(columns, MOST_LISTED))
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(", "));
  }

  private static Columns of(Map<String, String> first, String text, String label, boolean header) {
    return new Columns(
        text,
        label,
        header,
        "text in column %s, label in column %s"
            .formatted(
                header ? first.get(text).strip() : text,
                header ? first.get(label).strip() : label));
  }

  /// The other of two keys.
  private static Optional<String> other(Map<String, String> two, String one) {
    return two.keySet().stream().filter(key -> !key.equals(one)).findFirst();
  }

  /// A first row that says a usual name, or one that the user says, is a header.
  private static boolean isHeader(Map<String, String> first, Wish wish) {
    Set<String> names = new HashSet<>(USUAL_TEXT);
    names.addAll(USUAL_LABEL);
    wish.text.map(Columns::plain).ifPresent(names::add);
    wish.label.map(Columns::plain).ifPresent(names::add);
    return first.values().stream().anyMatch(name -> names.contains(plain(name)));
  }

  private static String plain(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  private static Optional<String> pick(
      Table table,
      List<Map.Entry<String, String>> named,
      Optional<String> wanted,
      String option,
      List<String> usual) {
    List<String> names = wanted.map(List::of).orElse(usual);
    for (String name : names) {
      for (Map.Entry<String, String> column : named) {
        if (plain(column.getKey()).equals(plain(name))) {
          return Optional.of(column.getValue());
        }
      }
    }
    if (wanted.isPresent()) {
      throw new UserError(
          "%s '%s' is no column of %s, which has %s; give one of them, or its number"
              .formatted(
                  option,
                  wanted.get(),
                  table.file(),
                  listed(named, table.rows().getFirst().fields().size())));
    }
    return Optional.empty();
  }

  /// The column with fewer different values: texts hardly repeat, labels do.
  private static String rarer(Table table, Set<String> keys) {
    String best = "";
    int fewest = Integer.MAX_VALUE;
    for (String key : keys) {
      int different =
          (int)
              table.rows().stream()
                  .map(row -> row.fields().getOrDefault(key, ""))
                  .distinct()
                  .count();
      if (different < fewest) {
        fewest = different;
        best = key;
      }
    }
    return best;
  }
}
