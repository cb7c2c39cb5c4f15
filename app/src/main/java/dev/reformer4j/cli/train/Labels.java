package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.model.JsonText;
import dev.reformer4j.cli.table.LabelledOptions;
import dev.reformer4j.cli.table.LabelledText;
import dev.reformer4j.text.Vocabulary;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What labelled texts there are: how many of each label, and how long.
///
/// @param columns where they stood, in a few words
/// @param rows for every label, the most frequent first
/// @param lengths of all texts, in tokens, the shortest first
record Labels(String columns, List<Row> rows, int[] lengths) {
  /// A label.
  ///
  /// @param texts that have it
  /// @param tokens of these
  private record Row(String label, long texts, long tokens) {}

  /// Counts.
  ///
  /// @throws dev.reformer4j.cli.UserError if a text has no ids
  static Labels of(LabelledOptions.Read read, Vocabulary vocabulary) {
    List<String> names = read.texts().stream().map(LabelledText::label).distinct().toList();
    LabelledIds ids = LabelledIds.of(read.texts(), names, vocabulary);
    Map<Integer, Row> rows = new LinkedHashMap<>();
    for (int i = 0; i < ids.labels().length; i++) {
      int label = ids.labels()[i];
      Row row = new Row(names.get(label), 1, ids.texts().get(i).length);
      rows.merge(label, row, (a, b) -> new Row(a.label, a.texts + b.texts, a.tokens + b.tokens));
    }
    return new Labels(
        read.columns(),
        rows.values().stream().sorted(Comparator.comparingLong((Row row) -> -row.texts)).toList(),
        ids.texts().stream().mapToInt(text -> text.length).sorted().toArray());
  }

  /// As a table.
  String text() {
    int width = Math.max(8, rows.stream().mapToInt(row -> row.label.length()).max().orElse(0)) + 2;
    StringBuilder lines = new StringBuilder();
    String format = "%-" + width + "s%10s%10s%18s%n";
    lines.append(String.format(Locale.ROOT, format, "label", "texts", "share", "tokens of one"));
    for (Row row : rows) {
      lines.append(
          String.format(
              Locale.ROOT,
              format,
              row.label,
              Say.count(row.texts),
              String.format(Locale.ROOT, "%.1f %%", 100.0 * row.texts / lengths.length),
              Say.count(Math.round(row.tokens / (double) row.texts))));
    }
    lines.append(
        String.format(
            Locale.ROOT,
            "%n%s texts (%s): half have at most %s tokens, nine in ten %s, the longest %s%n",
            Say.count(lengths.length),
            columns,
            Say.count(quantile(0.5)),
            Say.count(quantile(0.9)),
            Say.count(lengths[lengths.length - 1])));
    lines.append(
        String.format(
            Locale.ROOT,
            "always saying '%s' would be right in %.1f %%%n",
            rows.getFirst().label,
            100.0 * rows.getFirst().texts / lengths.length));
    return lines.toString();
  }

  private int quantile(double share) {
    return lengths[(int) (share * (lengths.length - 1))];
  }

  /// As a JSON object.
  String json() {
    return JsonText.object(json -> {
      json.writeNumberProperty("texts", lengths.length);
      json.writeName("labels").writeStartObject();
      rows.forEach(row -> json.writeNumberProperty(row.label, row.texts));
      json.writeEndObject();
      json.writeNumberProperty("median_tokens", quantile(0.5));
      json.writeNumberProperty("longest_tokens", lengths[lengths.length - 1]);
    });
  }
}
