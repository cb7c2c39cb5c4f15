package dev.reformer4j.kernel;

/// Adds the gradient of the weights of a dense layer over some panels: `gradient[o, p] += Σᵢ dy[o,
/// i] · x[p, i]`, every number a chain in order of tokens that begins with the old gradient.
///
/// May let panels wait for others, so the gradient is whole only after [#finish].
public interface WeightGradient {
  /// Adds the tokens of one panel; panels must come in a fixed order for the result to have fixed
  /// bits.
  ///
  /// @param dy panel rows `[outputs, 64]` from `dyOffset`, the gradient of the output
  /// @param x panel rows `[inputs, 64]` from `xOffset`
  void add(float[] dy, int dyOffset, float[] x, int xOffset, int columns);

  /// Adds what still waits.
  void finish();
}
