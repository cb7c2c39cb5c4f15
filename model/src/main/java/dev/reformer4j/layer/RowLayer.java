package dev.reformer4j.layer;

/// A layer that treats every token by itself: `y = f(x)` for each row x of `in` numbers, giving
/// `out` numbers. It works on panels of up to 64 tokens.
///
/// Because tokens are lanes and every sum runs down a column in order, the result of a token does
/// not depend, in one bit, on how many others are in its panel. That is what lets generation
/// compute one token at a time and get the numbers of the whole sequence.
public sealed interface RowLayer permits ActivationLayer, Chain, Dense, Dropout, LayerNorm {
  /// Numbers per token that come in.
  int in();

  /// Numbers per token that go out.
  int out();

  /// One thread's scratch, and the arithmetic on it.
  Work work();

  /// One thread's scratch, and the arithmetic on it.
  abstract class Work {
    Work() {}

    /// Says which tokens the next panels hold, for layers that draw random numbers.
    ///
    /// @param first the position of a panel's first token in its sequence
    void begin(Draws draws, int first) {}

    /// Applies the layer.
    ///
    /// @param x panel `[in, 64]`
    /// @param columns tokens in it; what other columns hold afterwards is undefined
    /// @return panel `[out, 64]`, which is this scratch's own and is overwritten by the next call
    public abstract float[] forward(float[] x, int columns);

    /// Goes backward through the panel that [#forward] has just seen, and adds the gradients of the
    /// parameters. Dense layers, activations and dropout remember nothing of a panel, so theirs may
    /// be any.
    ///
    /// @param x the panel that forward saw, unchanged
    /// @param dy panel `[out, 64]`: the gradient of the result
    /// @return panel `[in, 64]`, this scratch's own: the gradient of x
    public abstract float[] backward(float[] x, float[] dy, int columns, GradientSums sums);
  }
}
