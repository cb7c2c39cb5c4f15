package dev.reformer4j.layer;

import dev.reformer4j.kernel.Activation;
import dev.reformer4j.kernel.Kernels;

/// A function of every single number, such as `max(x, 0)`.
public final class ActivationLayer implements RowLayer {
  private final Activation activation;
  private final int width;

  private ActivationLayer(Activation activation, int width) {
    this.activation = activation;
    this.width = width;
  }

  /// The activation of a name in Hugging Face (`hidden_act`), on `width` numbers per token.
  ///
  /// @throws IllegalArgumentException if the name is unknown
  public static ActivationLayer named(String name, int width) {
    return new ActivationLayer(Activation.named(name), width);
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
    return new ActivationWork();
  }

  /// Saves nothing: the gradient needs x alone.
  private final class ActivationWork extends Work {
    private final float[] y = new float[Kernels.panelSize(width)];
    private float[] dx = new float[0];

    @Override
    public float[] forward(float[] x, int columns) {
      if (columns == 1) {
        // One token, as in generation, is worth picking out of its panel.
        for (int k = 0; k < width; k++) {
          y[k] = x[k * Kernels.PANEL];
        }
        activation.apply(y, 0, width);
        for (int k = width - 1; k >= 0; k--) {
          y[k * Kernels.PANEL] = y[k];
        }
      } else {
        System.arraycopy(x, 0, y, 0, width * Kernels.PANEL);
        activation.apply(y, 0, width * Kernels.PANEL);
      }
      return y;
    }

    @Override
    public float[] backward(float[] x, float[] dy, int columns, GradientSums sums) {
      if (dx.length == 0) {
        dx = new float[Kernels.panelSize(width)];
      }
      System.arraycopy(dy, 0, dx, 0, width * Kernels.PANEL);
      activation.gradient(x, dx, 0, width * Kernels.PANEL);
      return dx;
    }
  }
}
