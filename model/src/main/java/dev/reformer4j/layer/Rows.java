package dev.reformer4j.layer;

import dev.reformer4j.tensor.Tensor;

/// A view of `n` rows of `parts · width` numbers. They are stored as `parts` matrices `[n, width]`,
/// one behind the other: one part is a plain matrix, and with a part for every head it is what an
/// attention reads and writes, `[heads, n, width]`.
record Rows(float[] data, int parts, int n, int width) {
  /// `[n, width]`
  static Rows plain(Tensor rows) {
    return new Rows(rows.data(), 1, rows.dim(0), rows.dim(1));
  }

  /// `[heads, n, d]`, read as n rows of `heads · d` numbers.
  static Rows ofHeads(Tensor heads) {
    return new Rows(heads.data(), heads.dim(0), heads.dim(1), heads.dim(2));
  }

  /// Where the numbers of one part of one row begin.
  int offset(int part, int row) {
    return (part * n + row) * width;
  }
}
