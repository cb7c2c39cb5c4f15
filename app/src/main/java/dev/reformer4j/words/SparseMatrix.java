package dev.reformer4j.words;

/// A sparse matrix by rows: row r holds the entries from `starts[r]` to `starts[r + 1]`.
///
/// @param rows how many rows
/// @param columns how many columns
/// @param starts `[rows + 1]`
/// @param column the column of every entry
/// @param value its value
@SuppressWarnings(
    "ArrayRecordComponent") // storage shared between the steps of one computation, never compared
record SparseMatrix(int rows, int columns, int[] starts, int[] column, float[] value) {

  /// `M · x` for a dense x.
  ///
  /// @param x `[columns, k]`, row-major
  /// @return `[rows, k]`
  float[] times(float[] x, int k) {
    float[] y = new float[rows * k];
    for (int r = 0; r < rows; r++) {
      for (int i = starts[r]; i < starts[r + 1]; i++) {
        addScaled(value[i], x, column[i] * k, y, r * k, k);
      }
    }
    return y;
  }

  /// `Mᵀ · y` for a dense y.
  ///
  /// @param y `[rows, k]`, row-major
  /// @return `[columns, k]`
  float[] transposeTimes(float[] y, int k) {
    float[] x = new float[columns * k];
    for (int r = 0; r < rows; r++) {
      for (int i = starts[r]; i < starts[r + 1]; i++) {
        addScaled(value[i], y, r * k, x, column[i] * k, k);
      }
    }
    return x;
  }

  private static void addScaled(float scale, float[] from, int at, float[] to, int toAt, int k) {
    for (int j = 0; j < k; j++) {
      to[toAt + j] += scale * from[at + j];
    }
  }
}
