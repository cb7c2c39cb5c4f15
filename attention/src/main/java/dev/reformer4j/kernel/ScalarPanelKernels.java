package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Kernels.PANEL;
import static dev.reformer4j.kernel.ScalarKernels.addScaled;

import java.util.Arrays;

/// The literal twin of [VectorPanelKernels]: naive, never tuned, and equal to it to the bit.
final class ScalarPanelKernels implements PanelKernels {
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
    if (!add) {
      Arrays.fill(y, yOffset, yOffset + columns, 0);
    }
    for (int p = 0; p < rows; p++) {
      addScaled(x[xOffset + p], matrix, mOffset + p * mStride, y, yOffset, columns);
    }
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
    for (int o = 0; o < weights.outputs(); o++) {
      int row = outOffset + o * PANEL;
      Arrays.fill(out, row, row + columns, weights.bias[o]);
      for (int p = 0; p < weights.inputs(); p++) {
        float weight = weights.numbers[weights.index(o) + p * PackedWeights.STRIDE];
        addScaled(weight, panel, pOffset + p * PANEL, out, row, columns);
      }
    }
    for (int o = weights.outputs(); o < weights.paddedOutputs(); o++) {
      Arrays.fill(out, outOffset + o * PANEL, outOffset + o * PANEL + columns, 0);
    }
  }

  @Override
  public void denseVector(PackedWeights weights, float[] x, int xOffset, float[] y, int yOffset) {
    System.arraycopy(weights.bias, 0, y, yOffset, weights.outputs());
    for (int o = 0; o < weights.outputs(); o += PackedWeights.WIDTH) {
      int width = Math.min(PackedWeights.WIDTH, weights.outputs() - o);
      for (int p = 0; p < weights.inputs(); p++) {
        int row = weights.index(o) + p * PackedWeights.STRIDE;
        addScaled(x[xOffset + p], weights.numbers, row, y, yOffset + o, width);
      }
    }
    Arrays.fill(y, yOffset + weights.outputs(), yOffset + weights.paddedOutputs(), 0);
  }

  @Override
  public WeightGradient weightGradient(
      int outputs, int inputs, float[] gradient, int gOffset, float[] scratch) {
    return new WeightGradient() {
      @Override
      public void add(float[] dy, int dyOffset, float[] x, int xOffset, int columns) {
        for (int o = 0; o < outputs; o++) {
          for (int p = 0; p < inputs; p++) {
            float sum = gradient[gOffset + o * inputs + p];
            for (int i = 0; i < columns; i++) {
              sum = Math.fma(dy[dyOffset + o * PANEL + i], x[xOffset + p * PANEL + i], sum);
            }
            gradient[gOffset + o * inputs + p] = sum;
          }
        }
      }

      @Override
      public void finish() {
        // nothing waits
      }
    };
  }

  @Override
  public int weightGradientScratch(int outputs, int inputs) {
    return 0;
  }

  @Override
  public void addRowSums(
      float[] panel, int pOffset, int d, int columns, float[] sums, int sOffset) {
    for (int k = 0; k < d; k++) {
      float sum = 0;
      for (int i = 0; i < columns; i++) {
        sum += panel[pOffset + k * PANEL + i];
      }
      sums[sOffset + k] += sum;
    }
  }

  @Override
  public void add(float[] x, int xOffset, float[] y, int yOffset, int length) {
    for (int k = 0; k < length; k++) {
      y[yOffset + k] += x[xOffset + k];
    }
  }

  @Override
  public void exponentials(float[] panel, int rows, float[] max, float[] sum) {
    for (int k = 0; k < rows; k++) {
      for (int i = 0; i < PANEL; i++) {
        float weight = Elementary.exp2(panel[k * PANEL + i] - max[i]);
        panel[k * PANEL + i] = weight;
        sum[i] += weight;
      }
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
    for (int i = 0; i < columns; i++) {
      mean[i] = mean(panel, i, PANEL, d);
      inverse[i] = inverse(panel, i, PANEL, d, mean[i], epsilon);
      for (int k = 0; k < d; k++) {
        float centred = (panel[k * PANEL + i] - mean[i]) * inverse[i];
        out[k * PANEL + i] = Math.fma(centred, gamma[k], beta[k]);
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
    float mean = mean(x, xOffset, 1, d);
    float inverse = inverse(x, xOffset, 1, d, mean, epsilon);
    for (int k = 0; k < d; k++) {
      y[yOffset + k] = Math.fma((x[xOffset + k] - mean) * inverse, gamma[k], beta[k]);
    }
  }

  private static float mean(float[] x, int offset, int stride, int d) {
    float sum = 0;
    for (int k = 0; k < d; k++) {
      sum += x[offset + k * stride];
    }
    return sum / d;
  }

  /// `1 / √(variance + epsilon)`; the root of a float in double precision, rounded, is the float's
  /// own correctly rounded root.
  private static float inverse(
      float[] x, int offset, int stride, int d, float mean, float epsilon) {
    float sum = 0;
    for (int k = 0; k < d; k++) {
      float centred = x[offset + k * stride] - mean;
      sum = Math.fma(centred, centred, sum);
    }
    return 1 / (float) Math.sqrt(sum / d + epsilon);
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
    for (int k = 0; k < d; k++) {
      float sum = 0;
      for (int i = 0; i < columns; i++) {
        sum += dy[k * PANEL + i] * normal(panel[k * PANEL + i], mean[i], inverse[i]);
      }
      dGamma[k] += sum;
    }
    addRowSums(dy, 0, d, columns, dBeta, 0);
    for (int i = 0; i < columns; i++) {
      float sum = 0;
      float sumWithX = 0;
      for (int k = 0; k < d; k++) {
        float g = dy[k * PANEL + i] * gamma[k];
        sum += g;
        sumWithX = Math.fma(g, normal(panel[k * PANEL + i], mean[i], inverse[i]), sumWithX);
      }
      float meanG = sum / d;
      float meanWithX = sumWithX / d;
      for (int k = 0; k < d; k++) {
        float x = normal(panel[k * PANEL + i], mean[i], inverse[i]);
        float g = dy[k * PANEL + i] * gamma[k];
        dx[k * PANEL + i] = Math.fma(-x, meanWithX, g - meanG) * inverse[i];
      }
    }
  }

  private static float normal(float x, float mean, float inverse) {
    return (x - mean) * inverse;
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
    for (int i = 0; i < columns; i++) {
      for (int k = 0; k < d; k++) {
        int at = rowOffsets[i] + k;
        float number = panel[pOffset + k * PANEL + i];
        target[at] =
            switch (mode) {
              case STORE -> number;
              case ADD -> target[at] + number;
              case SUBTRACT -> target[at] - number;
            };
      }
    }
  }
}
