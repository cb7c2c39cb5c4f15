package dev.reformer4j.cli.bench;

/// One column of the table.
record Variant(Kind kind, Pass pass) {
  /// `lsh` or `lsh f+b`.
  String title() {
    return pass == Pass.FORWARD ? kind.label() : kind.label() + " f+b";
  }
}
