package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Kernels.PANEL;
import static dev.reformer4j.kernel.Lanes.FLOATS;
import static dev.reformer4j.kernel.Lanes.STRIP;
import static dev.reformer4j.kernel.Lanes.W;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// The kernels of layers on the Vector API. Sums run down columns, a vector of tokens at a time, so
/// they have the bits of the scalar twin, which does what is left over.
final class VectorPanelKernels implements PanelKernels {
  private static final ScalarPanelKernels TWIN = new ScalarPanelKernels();
  private static final VectorKernels KERNELS = new VectorKernels();

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
    int whole = columns & -W;
    VectorProducts.multiply(matrix, mOffset, mStride, x, xOffset, 1, y, yOffset, rows, whole, add);
    TWIN.multiplyVector(
        matrix,
        mOffset + whole,
        mStride,
        x,
        xOffset,
        y,
        yOffset + whole,
        rows,
        columns - whole,
        add);
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
    int padded = weights.paddedOutputs();
    if (DenseSlivers.FIT) {
      int n = (columns + STRIP - 1) & -STRIP;
      DenseSlivers.multiply(weights, panel, pOffset, out, outOffset, n, scratch);
      return;
    }
    int n = (columns + W - 1) & -W;
    for (int o = 0; o < padded; o += PackedWeights.WIDTH) {
      int end = Math.min(padded, o + PackedWeights.WIDTH);
      fillWithBias(weights, o, end, out, outOffset, n);
      DenseTiles.multiply(
          weights.numbers,
          weights.index(o),
          panel,
          pOffset,
          out,
          outOffset + o * PANEL,
          end - o,
          n,
          weights.inputs());
    }
  }

  private static void fillWithBias(
      PackedWeights weights, int from, int to, float[] out, int outOffset, int n) {
    for (int o = from; o < to; o++) {
      Arrays.fill(out, outOffset + o * PANEL, outOffset + o * PANEL + n, weights.bias[o]);
    }
  }

  /// Panels are whole vectors wide, so each writes zeros beyond its own outputs, where the next one
  /// then begins.
  @Override
  public void denseVector(PackedWeights weights, float[] x, int xOffset, float[] y, int yOffset) {
    int padded = weights.paddedOutputs();
    if (DenseSlivers.FIT) {
      System.arraycopy(weights.bias, 0, y, yOffset, padded);
      VectorProducts.multiplySlivers(weights, x, xOffset, y, yOffset);
      return;
    }
    for (int o = 0; o < padded; o += PackedWeights.WIDTH) {
      int columns = Math.min(PackedWeights.STRIDE, padded - o);
      System.arraycopy(weights.bias, o, y, yOffset + o, columns);
      VectorProducts.multiply(
          weights.numbers,
          weights.index(o),
          PackedWeights.STRIDE,
          x,
          xOffset,
          1,
          y,
          yOffset + o,
          weights.inputs(),
          columns,
          true);
    }
  }

  @Override
  public WeightGradient weightGradient(
      int outputs, int inputs, float[] gradient, int gOffset, float[] scratch) {
    return DenseSlivers.FIT
        ? new SliverGradient(outputs, inputs, gradient, gOffset, scratch)
        : new PanelGradient(outputs, inputs, gradient, gOffset, scratch);
  }

  @Override
  public int weightGradientScratch(int outputs, int inputs) {
    return DenseSlivers.FIT
        ? SliverGradient.scratch(outputs, inputs)
        : PanelGradient.scratch(inputs);
  }

  @Override
  public void addRowSums(
      float[] panel, int pOffset, int d, int columns, float[] sums, int sOffset) {
    int k = 0;
    for (; k + 8 <= d; k += 8) {
      addEightRowSums(panel, pOffset + k * PANEL, columns, sums, sOffset + k);
    }
    TWIN.addRowSums(panel, pOffset + k * PANEL, d - k, columns, sums, sOffset + k);
  }

  /// Eight chains at a time: one alone waits for every addition to end before the next begins.
  private static void addEightRowSums(
      float[] panel, int pOffset, int columns, float[] sums, int sOffset) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    for (int i = pOffset; i < pOffset + columns; i++) {
      s0 += panel[i];
      s1 += panel[i + PANEL];
      s2 += panel[i + 2 * PANEL];
      s3 += panel[i + 3 * PANEL];
      s4 += panel[i + 4 * PANEL];
      s5 += panel[i + 5 * PANEL];
      s6 += panel[i + 6 * PANEL];
      s7 += panel[i + 7 * PANEL];
    }
    sums[sOffset] += s0;
    sums[sOffset + 1] += s1;
    sums[sOffset + 2] += s2;
    sums[sOffset + 3] += s3;
    sums[sOffset + 4] += s4;
    sums[sOffset + 5] += s5;
    sums[sOffset + 6] += s6;
    sums[sOffset + 7] += s7;
  }

  @Override
  public void add(float[] x, int xOffset, float[] y, int yOffset, int length) {
    int whole = length & -W;
    for (int k = 0; k < whole; k += W) {
      FloatVector.fromArray(FLOATS, y, yOffset + k)
          .add(FloatVector.fromArray(FLOATS, x, xOffset + k))
          .intoArray(y, yOffset + k);
    }
    TWIN.add(x, xOffset + whole, y, yOffset + whole, length - whole);
  }

  @Override
  public void exponentials(float[] panel, int rows, float[] max, float[] sum) {
    for (int i = 0; i < PANEL; i += W) {
      FloatVector top = FloatVector.fromArray(FLOATS, max, i);
      FloatVector total = FloatVector.fromArray(FLOATS, sum, i);
      for (int k = 0; k < rows; k++) {
        int at = k * PANEL + i;
        FloatVector weight = Exponential.base2(FloatVector.fromArray(FLOATS, panel, at).sub(top));
        weight.intoArray(panel, at);
        total = total.add(weight);
      }
      total.intoArray(sum, i);
    }
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
    for (int i = 0; i < columns; i += STRIP) {
      FloatVector meanX = FloatVector.zero(FLOATS);
      FloatVector meanY = FloatVector.zero(FLOATS);
      for (int k = 0; k < d; k++) {
        meanX = meanX.add(FloatVector.fromArray(FLOATS, panel, k * PANEL + i));
        meanY = meanY.add(FloatVector.fromArray(FLOATS, panel, k * PANEL + i + W));
      }
      meanX = meanX.div(d);
      meanY = meanY.div(d);
      FloatVector sumX = FloatVector.zero(FLOATS);
      FloatVector sumY = FloatVector.zero(FLOATS);
      for (int k = 0; k < d; k++) {
        FloatVector x = FloatVector.fromArray(FLOATS, panel, k * PANEL + i).sub(meanX);
        FloatVector y = FloatVector.fromArray(FLOATS, panel, k * PANEL + i + W).sub(meanY);
        sumX = x.fma(x, sumX);
        sumY = y.fma(y, sumY);
      }
      FloatVector one = FloatVector.broadcast(FLOATS, 1);
      FloatVector inverseX = one.div(sumX.div(d).add(epsilon).sqrt());
      FloatVector inverseY = one.div(sumY.div(d).add(epsilon).sqrt());
      meanX.intoArray(mean, i);
      meanY.intoArray(mean, i + W);
      inverseX.intoArray(inverse, i);
      inverseY.intoArray(inverse, i + W);
      for (int k = 0; k < d; k++) {
        int at = k * PANEL + i;
        FloatVector scale = FloatVector.broadcast(FLOATS, gamma[k]);
        FloatVector shift = FloatVector.broadcast(FLOATS, beta[k]);
        FloatVector x = FloatVector.fromArray(FLOATS, panel, at).sub(meanX).mul(inverseX);
        FloatVector y = FloatVector.fromArray(FLOATS, panel, at + W).sub(meanY).mul(inverseY);
        x.fma(scale, shift).intoArray(out, at);
        y.fma(scale, shift).intoArray(out, at + W);
      }
    }
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
    TWIN.layerNormVector(x, xOffset, d, gamma, beta, epsilon, y, yOffset);
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
    for (int i = 0; i < columns; i += W) {
      FloatVector middle = FloatVector.fromArray(FLOATS, mean, i);
      FloatVector scale = FloatVector.fromArray(FLOATS, inverse, i);
      for (int k = 0; k < d; k++) {
        int at = k * PANEL + i;
        FloatVector x = FloatVector.fromArray(FLOATS, panel, at).sub(middle).mul(scale);
        FloatVector.fromArray(FLOATS, dy, at).mul(x).intoArray(dx, at);
      }
    }
    addRowSums(dx, 0, d, columns, dGamma, 0);
    addRowSums(dy, 0, d, columns, dBeta, 0);
    for (int i = 0; i < columns; i += W) {
      FloatVector middle = FloatVector.fromArray(FLOATS, mean, i);
      FloatVector scale = FloatVector.fromArray(FLOATS, inverse, i);
      FloatVector sum = FloatVector.zero(FLOATS);
      FloatVector sumWithX = FloatVector.zero(FLOATS);
      for (int k = 0; k < d; k++) {
        int at = k * PANEL + i;
        FloatVector x = FloatVector.fromArray(FLOATS, panel, at).sub(middle).mul(scale);
        FloatVector g = FloatVector.fromArray(FLOATS, dy, at).mul(gamma[k]);
        sum = sum.add(g);
        sumWithX = g.fma(x, sumWithX);
      }
      FloatVector meanG = sum.div(d);
      FloatVector meanWithX = sumWithX.div(d);
      for (int k = 0; k < d; k++) {
        int at = k * PANEL + i;
        FloatVector x = FloatVector.fromArray(FLOATS, panel, at).sub(middle).mul(scale);
        FloatVector g = FloatVector.fromArray(FLOATS, dy, at).mul(gamma[k]);
        x.neg().fma(meanWithX, g.sub(meanG)).mul(scale).intoArray(dx, at);
      }
    }
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
    for (int k = 0; k < d; k += PANEL) {
      int width = Math.min(PANEL, d - k);
      turnRows(panel, pOffset + k * PANEL, width, columns, scratch);
      for (int i = 0; i < columns; i++) {
        addRow(scratch, i * PANEL, target, rowOffsets[i] + k, width, mode);
      }
    }
  }

  /// Up to 64 rows of a panel, turned round: `[columns, 64]`.
  static void turnRows(float[] panel, int pOffset, int height, int columns, float[] out) {
    int[] rows = new int[PANEL];
    for (int k = 0; k < height; k++) {
      rows[k] = pOffset + k * PANEL;
    }
    KERNELS.transpose(panel, rows, height, columns, out);
  }

  private void addRow(float[] from, int fromOffset, float[] to, int toOffset, int d, RowMode mode) {
    switch (mode) {
      case STORE -> System.arraycopy(from, fromOffset, to, toOffset, d);
      case ADD -> add(from, fromOffset, to, toOffset, d);
      case SUBTRACT -> subtract(from, fromOffset, to, toOffset, d);
    }
  }

  private static void subtract(float[] x, int xOffset, float[] y, int yOffset, int length) {
    int whole = length & -W;
    for (int k = 0; k < whole; k += W) {
      FloatVector.fromArray(FLOATS, y, yOffset + k)
          .sub(FloatVector.fromArray(FLOATS, x, xOffset + k))
          .intoArray(y, yOffset + k);
    }
    for (int k = whole; k < length; k++) {
      y[yOffset + k] -= x[xOffset + k];
    }
  }
}
