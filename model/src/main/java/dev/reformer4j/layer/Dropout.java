package dev.reformer4j.layer;

import dev.reformer4j.kernel.Kernels;

/// Dropout (Srivastava et al. 2014): in training every number is 0 with a probability, and else
/// grows by as much as keeps the expectation; in inference nothing happens.
public final class Dropout implements RowLayer {
  private final String name;
  private final int width;
  private final double rate;
  private final float scale;

  /// @param name tells its draws from those of other layers
  /// @param rate the probability of 0, below 1
  public Dropout(String name, int width, double rate) {
    this.name = name;
    this.width = width;
    this.rate = rate;
    this.scale = (float) (1 / (1 - rate));
  }

  /// Applies it to rows in place; the gradient goes through it in the same way.
  ///
  /// @param rows `[≥ count, width]`
  /// @param first position of row 0 in its sequence
  void applyToRows(Draws draws, float[] rows, int from, int count, int first) {
    if (!draws.isActive() || rate == 0) {
      return;
    }
    Draws mine = draws.of(name);
    for (int i = from; i < from + count; i++) {
      for (int k = 0; k < width; k++) {
        int at = i * width + k;
        rows[at] = mine.drops((first + i) * (long) width + k, rate) ? 0 : rows[at] * scale;
      }
    }
  }

  @Override
  public int in() {
    return width;
  }

  @Override
  public int out() {
    return width;
  }

  @Override
  public Work work() {
    return new DropoutWork();
  }

  /// Saves where in which sequence the panel stands; the draws are made again.
  private final class DropoutWork extends Work {
    private float[] y = new float[0];
    private Draws draws = Draws.NONE;
    private int first;

    @Override
    void begin(Draws draws, int first) {
      this.draws = draws.of(name);
      this.first = first;
    }

    @Override
    public float[] forward(float[] x, int columns) {
      return apply(x, columns);
    }

    @Override
    public float[] backward(float[] x, float[] dy, int columns, GradientSums sums) {
      return apply(dy, columns);
    }

    private float[] apply(float[] x, int columns) {
      if (!draws.isActive() || rate == 0) {
        return x;
      }
      if (y.length == 0) {
        y = new float[Kernels.panelSize(width)];
      }
      for (int k = 0; k < width; k++) {
        for (int i = 0; i < columns; i++) {
          int at = k * Kernels.PANEL + i;
          y[at] = draws.drops((first + i) * (long) width + k, rate) ? 0 : x[at] * scale;
        }
      }
      return y;
    }
  }
}
