package dev.reformer4j.kernel;

/// The scalar twin until its [Start] is over, then the vector kernels. What only training needs is
/// vectors from the beginning.
final class StartingKernels implements Kernels {
  private static final ScalarKernels PLAIN = new ScalarKernels(Lanes.STRIP, Lanes.SLAB, Lanes.W);
  private static final VectorKernels FAST = new VectorKernels();

  @Override
  public String name() {
    return FAST.name();
  }

  @Override
  public int strip() {
    return FAST.strip();
  }

  @Override
  public int slab() {
    return FAST.slab();
  }

  @Override
  public int tileRows() {
    return FAST.tileRows();
  }

  @Override
  public int lanes() {
    return FAST.lanes();
  }

  @Override
  public void multiply(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      int bStep,
      float[] c,
      int cOffset,
      int cStep,
      int m,
      int n,
      int k,
      boolean add) {
    now((long) m * n * k).multiply(a, aOffset, b, bOffset, bStep, c, cOffset, cStep, m, n, k, add);
  }

  @Override
  public void transpose(float[] source, int[] rowOffsets, int rows, int d, float[] panel) {
    now().transpose(source, rowOffsets, rows, d, panel);
  }

  @Override
  public void transposeToSlabs(
      float[] source, int[] rowOffsets, int rows, int d, float[] slabs, int firstRow, int height) {
    now().transposeToSlabs(source, rowOffsets, rows, d, slabs, firstRow, height);
  }

  @Override
  public boolean copyToSlabs(
      float[] source, int[] rowOffsets, int rows, int d, float[] slabs, int firstRow, int height) {
    return now().copyToSlabs(source, rowOffsets, rows, d, slabs, firstRow, height);
  }

  @Override
  public void sumOfSquares(float[] panel, int d, float[] out) {
    now().sumOfSquares(panel, d, out);
  }

  @Override
  public void addArgmax(
      float[] rotated, int height, int firstRow, int half, int weight, int[] ids) {
    now().addArgmax(rotated, height, firstRow, half, weight, ids);
  }

  @Override
  public void scale(
      float[] scores, int scoreRow, int from, int to, int strip, KeyBlock keys, float[] max) {
    now().scale(scores, scoreRow, from, to, strip, keys, max);
  }

  @Override
  public void scaleAndMask(
      float[] scores,
      int scoreRow,
      int from,
      int to,
      int strip,
      KeyBlock keys,
      QueryBlock queries,
      float[] max) {
    now().scaleAndMask(scores, scoreRow, from, to, strip, keys, queries, max);
  }

  @Override
  public void exponentials(float[] scores, int from, int to, int strip, float[] max, float[] sum) {
    now().exponentials(scores, from, to, strip, max, sum);
  }

  @Override
  public void softmaxGradient(
      float[] weights,
      float[] gradient,
      int scoreRow,
      int from,
      int to,
      int strip,
      KeyBlock keys,
      QueryBlock queries,
      float[] mean) {
    FAST.softmaxGradient(weights, gradient, scoreRow, from, to, strip, keys, queries, mean);
  }

  @Override
  public void dropOut(
      float[] scores,
      int scoreRow,
      int from,
      int to,
      int strip,
      int[] keys,
      int[] queries,
      int threshold,
      float scale) {
    FAST.dropOut(scores, scoreRow, from, to, strip, keys, queries, threshold, scale);
  }

  @Override
  public void decay(float[] before, float[] after, float[] out) {
    now().decay(before, after, out);
  }

  @Override
  public void logSumExp(float[] max, float[] sum, float[] out) {
    FAST.logSumExp(max, sum, out);
  }

  @Override
  public void scatterRows(
      float[] source,
      int height,
      float[] target,
      int[] rowOffsets,
      int rows,
      int d,
      float[] keep,
      float[] gain) {
    now().scatterRows(source, height, target, rowOffsets, rows, d, keep, gain);
  }

  @Override
  public float dot(float[] a, int aOffset, float[] b, int bOffset, int d) {
    return now().dot(a, aOffset, b, bOffset, d);
  }

  /// Who is to do so many products.
  private static Kernels now(long products) {
    return Start.isOn(products) ? PLAIN : FAST;
  }

  /// Who is to do what is little beside the products.
  private static Kernels now() {
    return Start.isOn() ? PLAIN : FAST;
  }
}
