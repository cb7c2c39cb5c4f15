package dev.reformer4j.layer;

/// What tells a token where it stands: a vector for every position, added to the token's embedding.
public sealed interface Positions permits AxialPositions, LearnedPositions {
  /// `row[k] += position[k]` for the vector of one position.
  ///
  /// @param row where the `dModel` numbers begin in `rows`
  void addTo(int position, float[] rows, int row);

  /// Adds the gradient of one position's vector to those of the parameters.
  void backward(int position, float[] gradients, int row);
}
