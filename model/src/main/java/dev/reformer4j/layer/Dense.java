package dev.reformer4j.layer;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.PackedWeights;
import dev.reformer4j.kernel.PanelKernels;
import java.util.Optional;

/// A dense layer, `y = W x + b`, with W `[out, in]` as torch's `Linear` has it.
///
/// The kernels read W in another order, so a packed copy is kept beside it, and made again when the
/// parameter has changed; one of Wᵀ as well, once a backward pass has asked for it.
public final class Dense implements RowLayer {
  private final Parameter weight;
  private final Optional<Parameter> bias;
  private final Packed forward = new Packed(false);
  private final Packed backward = new Packed(true);

  Dense(Parameter weight, Optional<Parameter> bias) {
    this.weight = weight;
    this.bias = bias;
  }

  /// Parameters `weight` and `bias`, the weights drawn with a standard deviation.
  public static Dense withBias(Parameters parameters, int in, int out, double deviation) {
    Parameter weight = parameters.declare("weight", new Initial.Normal(deviation), out, in);
    return new Dense(weight, Optional.of(parameters.declare("bias", Initial.zeros(), out)));
  }

  /// A parameter `weight` alone.
  public static Dense withoutBias(Parameters parameters, int in, int out, double deviation) {
    return new Dense(
        parameters.declare("weight", new Initial.Normal(deviation), out, in), Optional.empty());
  }

  /// The head of a language model under the names of Hugging Face, where the bias stands apart from
  /// the weights.
  ///
  /// @param applyBias whether the bias is added; otherwise it is only kept
  public static Dense languageModel(
      Parameters parameters, int in, int out, double deviation, boolean applyBias) {
    Parameter bias = parameters.declare("bias", Initial.zeros(), out);
    Parameter weight = parameters.declare("decoder.weight", new Initial.Normal(deviation), out, in);
    return new Dense(weight, applyBias ? Optional.of(bias) : Optional.empty());
  }

  @Override
  public int in() {
    return weight.dim(1);
  }

  @Override
  public int out() {
    return weight.dim(0);
  }

  @Override
  public Work work() {
    return new DenseWork();
  }

  /// Weights in the order of the kernels, as of some version of the parameters.
  private final class Packed {
    private final boolean transposed;
    private PackedWeights weights;
    private long version = -1;

    Packed(boolean transposed) {
      this.transposed = transposed;
    }

    synchronized PackedWeights current() {
      long now = weight.version() + bias.map(Parameter::version).orElse(0L);
      if (version != now) {
        float[] w = weight.value().data();
        float[] b = bias.map(parameter -> parameter.value().data()).orElse(new float[0]);
        weights =
            transposed
                ? PackedWeights.transposed(w, 0, out(), in())
                : PackedWeights.of(w, 0, out(), in(), b);
        version = now;
      }
      return weights;
    }
  }

  /// Saves nothing: the gradient needs x alone.
  private final class DenseWork extends Work {
    private final PanelKernels kernels = PanelKernels.best();
    private final float[] y = new float[Kernels.panelSize(PackedWeights.paddedOutputs(out()))];
    private final float[] scratch = new float[PanelKernels.DENSE_SCRATCH];
    private float[] dx = new float[0];
    private float[] vectorX = new float[0];
    private float[] vectorY = new float[0];

    @Override
    public float[] forward(float[] x, int columns) {
      if (columns == 1) {
        forwardOne(x);
      } else {
        kernels.dense(forward.current(), x, 0, y, 0, columns, scratch);
      }
      return y;
    }

    /// One token, as in generation, reads the weights once and computes no empty columns.
    private void forwardOne(float[] x) {
      if (vectorX.length == 0) {
        vectorX = new float[in()];
        vectorY = new float[PackedWeights.paddedOutputs(out())];
      }
      for (int k = 0; k < vectorX.length; k++) {
        vectorX[k] = x[k * Kernels.PANEL];
      }
      kernels.denseVector(forward.current(), vectorX, 0, vectorY, 0);
      for (int k = 0; k < out(); k++) {
        y[k * Kernels.PANEL] = vectorY[k];
      }
    }

    @Override
    public float[] backward(float[] x, float[] dy, int columns, GradientSums sums) {
      if (dx.length == 0) {
        dx = new float[Kernels.panelSize(PackedWeights.paddedOutputs(in()))];
      }
      kernels.dense(backward.current(), dy, 0, dx, 0, columns, scratch);
      sums.ofWeights(weight).add(dy, 0, x, 0, columns);
      bias.ifPresent(b -> kernels.addRowSums(dy, 0, out(), columns, sums.of(b), 0));
      return dx;
    }
  }
}
