package dev.reformer4j.kernel;

/// As [StartingKernels].
final class StartingPanelKernels implements PanelKernels {
  private static final ScalarPanelKernels PLAIN = new ScalarPanelKernels();
  private static final VectorPanelKernels FAST = new VectorPanelKernels();

  @Override
  public void multiplyVector(
      float[] matrix,
      int mOffset,
      int mStride,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int rows,
      int columns,
      boolean add) {
    now((long) rows * columns)
        .multiplyVector(matrix, mOffset, mStride, x, xOffset, y, yOffset, rows, columns, add);
  }

  @Override
  public void dense(
      PackedWeights weights,
      float[] panel,
      int pOffset,
      float[] out,
      int outOffset,
      int columns,
      float[] scratch) {
    now((long) weights.outputs() * weights.inputs() * columns)
        .dense(weights, panel, pOffset, out, outOffset, columns, scratch);
  }

  @Override
  public void denseVector(PackedWeights weights, float[] x, int xOffset, float[] y, int yOffset) {
    now((long) weights.outputs() * weights.inputs()).denseVector(weights, x, xOffset, y, yOffset);
  }

  @Override
  public WeightGradient weightGradient(
      int outputs, int inputs, float[] gradient, int gOffset, float[] scratch) {
    return FAST.weightGradient(outputs, inputs, gradient, gOffset, scratch);
  }

  @Override
  public int weightGradientScratch(int outputs, int inputs) {
    return FAST.weightGradientScratch(outputs, inputs);
  }

  @Override
  public void addRowSums(
      float[] panel, int pOffset, int d, int columns, float[] sums, int sOffset) {
    FAST.addRowSums(panel, pOffset, d, columns, sums, sOffset);
  }

  @Override
  public void add(float[] x, int xOffset, float[] y, int yOffset, int length) {
    now().add(x, xOffset, y, yOffset, length);
  }

  /// Only training asks for it.
  @Override
  public void exponentials(float[] panel, int rows, float[] max, float[] sum) {
    FAST.exponentials(panel, rows, max, sum);
  }

  @Override
  public void layerNorm(
      float[] panel,
      int d,
      float[] gamma,
      float[] beta,
      float epsilon,
      int columns,
      float[] out,
      float[] mean,
      float[] inverse) {
    now().layerNorm(panel, d, gamma, beta, epsilon, columns, out, mean, inverse);
  }

  @Override
  public void layerNormVector(
      float[] x,
      int xOffset,
      int d,
      float[] gamma,
      float[] beta,
      float epsilon,
      float[] y,
      int yOffset) {
    FAST.layerNormVector(x, xOffset, d, gamma, beta, epsilon, y, yOffset);
  }

  @Override
  public void layerNormGradient(
      float[] panel,
      float[] dy,
      int d,
      float[] gamma,
      float[] mean,
      float[] inverse,
      int columns,
      float[] dx,
      float[] dGamma,
      float[] dBeta) {
    FAST.layerNormGradient(panel, dy, d, gamma, mean, inverse, columns, dx, dGamma, dBeta);
  }

  @Override
  public void toRows(
      float[] panel,
      int pOffset,
      int d,
      int columns,
      float[] target,
      int[] rowOffsets,
      RowMode mode,
      float[] scratch) {
    now().toRows(panel, pOffset, d, columns, target, rowOffsets, mode, scratch);
  }

  /// Who is to do so many products.
  private static PanelKernels now(long products) {
    return Start.isOn(products) ? PLAIN : FAST;
  }

  /// Who is to do what is little beside the products.
  private static PanelKernels now() {
    return Start.isOn() ? PLAIN : FAST;
  }
}
