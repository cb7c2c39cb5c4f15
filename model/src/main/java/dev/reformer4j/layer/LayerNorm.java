package dev.reformer4j.layer;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.PanelKernels;

/// Layer normalisation (Ba, Kiros, Hinton 2016): `y = γ · (x − mean) / √(variance + ε) + β` over
/// the numbers of a token, with the biased variance, as torch's.
public final class LayerNorm implements RowLayer {
  private final Parameter gamma;
  private final Parameter beta;
  private final float epsilon;

  private LayerNorm(Parameter gamma, Parameter beta, double epsilon) {
    this.gamma = gamma;
    this.beta = beta;
    this.epsilon = (float) epsilon;
  }

  /// A layer norm under the names of torch.
  public static LayerNorm of(Parameters parameters, int width, double epsilon) {
    return new LayerNorm(
        parameters.declare("weight", Initial.ones(), width),
        parameters.declare("bias", Initial.zeros(), width),
        epsilon);
  }

  @Override
  public int in() {
    return gamma.dim(0);
  }

  @Override
  public int out() {
    return in();
  }

  @Override
  public Work work() {
    return new NormWork();
  }

  /// Saves mean and 1/√(variance + ε) of every token.
  private final class NormWork extends Work {
    private final PanelKernels kernels = PanelKernels.best();
    private final float[] mean = new float[Kernels.PANEL];
    private final float[] inverse = new float[Kernels.PANEL];
    private final float[] y = new float[Kernels.panelSize(in())];
    private final float[] dx = new float[Kernels.panelSize(in())];

    @Override
    public float[] forward(float[] x, int columns) {
      kernels.layerNorm(
          x, in(), gamma.value().data(), beta.value().data(), epsilon, columns, y, mean, inverse);
      return y;
    }

    @Override
    public float[] backward(float[] x, float[] dy, int columns, GradientSums sums) {
      kernels.layerNormGradient(
          x,
          dy,
          in(),
          gamma.value().data(),
          mean,
          inverse,
          columns,
          dx,
          sums.of(gamma),
          sums.of(beta));
      return dx;
    }
  }
}
