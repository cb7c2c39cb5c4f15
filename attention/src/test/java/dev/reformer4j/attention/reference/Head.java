package dev.reformer4j.attention.reference;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.tensor.Tensor;

/// What one head of one sequence reads, in double precision.
///
/// @param query `[n][dQk]`
/// @param key `[n][dQk]`, the same array as `query` when shared
/// @param value `[n][dV]`
/// @param token `[n]`, false for padding
/// @param shared whether queries and keys are the same vectors
record Head(double[][] query, double[][] key, double[][] value, boolean[] token, boolean shared) {

  static Head of(AttentionInput input, int sequence, int head) {
    int index = sequence * input.heads() + head;
    double[][] query = rows(input.query(), index);
    double[][] key = input.isShared() ? query : rows(input.key(), index);
    boolean[] token = new boolean[input.n()];
    for (int i = 0; i < token.length; i++) {
      token[i] = input.mask().isEmpty() || input.mask().get()[sequence * input.n() + i];
    }
    return new Head(query, key, rows(input.value(), index), token, input.isShared());
  }

  int n() {
    return query.length;
  }

  int dV() {
    return value[0].length;
  }

  /// The `index`-th `[n][d]` matrix of a tensor `[…, n, d]`.
  static double[][] rows(Tensor tensor, int index) {
    int n = tensor.dim(-2);
    int d = tensor.dim(-1);
    double[][] rows = new double[n][d];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        rows[i][j] = tensor.data()[(index * n + i) * d + j];
      }
    }
    return rows;
  }
}
