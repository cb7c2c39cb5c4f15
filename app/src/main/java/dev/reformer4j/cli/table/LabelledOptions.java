package dev.reformer4j.cli.table;

import dev.reformer4j.cli.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Where in a table texts and labels stand.
public final class LabelledOptions {
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "Of labelled texts: csv, tsv (without quotes), or jsonl. Default: what the names of the"
              + " files end in.")
  private TableFormat format;

  @Option(
      names = "--text-column",
      paramLabel = "C",
      description = {
        "Name or number of the column with the texts.",
        "Default: text, or a name like it; of two columns without names, the one whose values repeat"
            + " less."
      })
  private String text;

  @Option(
      names = "--label-column",
      paramLabel = "C",
      description =
          "Name or number of the column with the labels. Default: label, or a name like it.")
  private String label;

  @Option(
      names = "--header",
      negatable = true,
      description =
          "The first row names the columns. Default: if one of them has the name of a column that is"
              + " looked for.")
  private Boolean header;

  /// Refuses them where there are no labelled texts.
  public void refuse() {
    String given =
        format != null
            ? "--format"
            : text != null
                ? "--text-column"
                : label != null ? "--label-column" : header != null ? "--header" : "";
    if (!given.isEmpty()) {
      throw new UserError(given + " is for --task classification; leave it out");
    }
  }

  /// What files hold.
  ///
  /// @param texts in the order of the files
  /// @param columns where they stood, in a few words, of the first file
  public record Read(List<LabelledText> texts, String columns) {}

  /// Reads files.
  ///
  /// @throws UserError if one is no table, or a row lacks its text or label
  public Read read(List<Path> files) throws IOException {
    Columns.Wish wish =
        new Columns.Wish(
            Optional.ofNullable(text), Optional.ofNullable(label), Optional.ofNullable(header));
    List<LabelledText> all = new ArrayList<>();
    String columns = "";
    for (Path file : files) {
      TableFormat kind = TableFormat.of(file, Optional.ofNullable(format));
      Table table = Table.read(file, kind);
      Columns found = Columns.find(table, kind == TableFormat.JSONL, wish);
      columns = columns.isEmpty() ? found.names() : columns;
      add(table, found, all);
    }
    return new Read(all, columns);
  }

  private static void add(Table table, Columns columns, List<LabelledText> all) {
    List<Table.Row> rows = table.rows();
    for (Table.Row row : rows.subList(columns.header() ? 1 : 0, rows.size())) {
      String text = row.fields().getOrDefault(columns.text(), "");
      String label = row.fields().getOrDefault(columns.label(), "").strip();
      LabelledText found = new LabelledText(text, label, table.file(), row.line());
      if (text.isBlank() || label.isEmpty()) {
        throw new UserError(
            "%s has no %s (%s); fill it, or remove the line"
                .formatted(found.place(), text.isBlank() ? "text" : "label", columns.names()));
      }
      all.add(found);
    }
    if (rows.size() == (columns.header() ? 1 : 0)) {
      throw new UserError(
          table.file() + " has the names of columns and nothing else; give some texts");
    }
  }
}
