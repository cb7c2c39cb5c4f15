package dev.reformer4j.kernel;

import java.util.Arrays;

/// The literal twin of every vector kernel: naive, never tuned, the specification the fast ones are
/// tested against, and equal to them to the bit.
final class ScalarKernels implements Kernels {
  private final int strip;
  private final int slab;
  private final int lanes;

  /// The twin that runs where there are no vectors: short strips, so that little is computed which
  /// a mask hides.
  ScalarKernels() {
    this(8, PANEL, 1);
  }

  /// The twin of vectors of so many lanes.
  ScalarKernels(int strip, int slab, int lanes) {
    this.strip = strip;
    this.slab = slab;
    this.lanes = lanes;
  }

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public int strip() {
    return strip;
  }

  @Override
  public int slab() {
    return slab;
  }

  @Override
  public int tileRows() {
    return 1;
  }

  @Override
  public int lanes() {
    return lanes;
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
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j += slab) {
        int columns = Math.min(slab, n - j);
        int from = bOffset + j / slab * bStep;
        int to = cOffset + j / slab * cStep + i * slab;
        if (!add) {
          Arrays.fill(c, to, to + columns, 0);
        }
        for (int p = 0; p < k; p++) {
          addScaled(a[aOffset + p * slab + i], b, from + p * slab, c, to, columns);
        }
      }
    }
  }

  /// `y[j] += factor · x[j]` for `length` numbers, fused.
  static void addScaled(float factor, float[] x, int xOffset, float[] y, int yOffset, int length) {
    for (int j = 0; j < length; j++) {
      y[yOffset + j] = Math.fma(factor, x[xOffset + j], y[yOffset + j]);
    }
  }

  @Override
  public void transpose(float[] source, int[] rowOffsets, int rows, int d, float[] panel) {
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < d; k++) {
        panel[k * PANEL + i] = source[rowOffsets[i] + k];
      }
    }
  }

  @Override
  public void transposeToSlabs(
      float[] source, int[] rowOffsets, int rows, int d, float[] slabs, int firstRow, int height) {
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < d; k++) {
        slabs[at(height, firstRow + k, i)] = source[rowOffsets[i] + k];
      }
    }
  }

  @Override
  public boolean copyToSlabs(
      float[] source, int[] rowOffsets, int rows, int d, float[] slabs, int firstRow, int height) {
    boolean finite = true;
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < d; k++) {
        float number = source[rowOffsets[i] + k];
        slabs[at(height, firstRow + i, k)] = number;
        finite &= Float.isFinite(number);
      }
    }
    return finite;
  }

  @Override
  public void sumOfSquares(float[] panel, int d, float[] out) {
    for (int i = 0; i < PANEL; i++) {
      float sum = 0;
      for (int k = 0; k < d; k++) {
        float number = panel[at(d, k, i)];
        sum = Math.fma(number, number, sum);
      }
      out[i] = sum;
    }
  }

  @Override
  public void addArgmax(
      float[] rotated, int height, int firstRow, int half, int weight, int[] ids) {
    for (int i = 0; i < PANEL; i++) {
      float best = Float.NEGATIVE_INFINITY;
      int argmax = 0;
      for (int j = 0; j < 2 * half; j++) {
        float x = rotated[at(height, firstRow + j % half, i)];
        float value = j < half ? x : -x;
        if (value > best) {
          best = value;
          argmax = j;
        }
      }
      ids[i] += weight * argmax;
    }
  }

  /// Where a number stands in slabs of so many rows.
  private int at(int height, int row, int column) {
    return (column / slab * height + row) * slab + column % slab;
  }

  @Override
  public void scale(
      float[] scores, int scoreRow, int from, int to, int column, KeyBlock keys, float[] max) {
    for (int j = from; j < to; j++) {
      for (int i = column; i < column + strip; i++) {
        int at = (scoreRow + j) * slab + i % slab;
        scores[at] *= keys.scale[j];
        max[i] = Math.max(max[i], scores[at]);
      }
    }
  }

  @Override
  public void scaleAndMask(
      float[] scores,
      int scoreRow,
      int from,
      int to,
      int column,
      KeyBlock keys,
      QueryBlock queries,
      float[] max) {
    for (int j = from; j < to; j++) {
      for (int i = column; i < column + strip; i++) {
        int at = (scoreRow + j) * slab + i % slab;
        boolean visible =
            queries.low[i] <= keys.place[j]
                && keys.place[j] <= queries.high[i]
                && queries.bucket[i] == keys.bucket[j];
        float logit = visible ? scores[at] * keys.scale[j] : Float.NEGATIVE_INFINITY;
        scores[at] = queries.self[i] == keys.self[j] ? QueryBlock.SELF : logit;
        max[i] = Math.max(max[i], scores[at]);
      }
    }
  }

  @Override
  public void exponentials(float[] scores, int from, int to, int column, float[] max, float[] sum) {
    for (int j = from; j < to; j++) {
      for (int i = column; i < column + strip; i++) {
        int at = j * slab + i % slab;
        scores[at] = Elementary.exp2(scores[at] - max[i]);
        sum[i] += scores[at];
      }
    }
  }

  @Override
  public void softmaxGradient(
      float[] weights,
      float[] gradient,
      int scoreRow,
      int from,
      int to,
      int column,
      KeyBlock keys,
      QueryBlock queries,
      float[] mean) {
    for (int j = from; j < to; j++) {
      for (int i = column; i < column + strip; i++) {
        int at = (scoreRow + j) * slab + i % slab;
        boolean self = queries.self[i] == keys.self[j];
        gradient[at] = self ? 0 : weights[at] * (gradient[at] - mean[i]) * keys.scale[j];
      }
    }
  }

  @Override
  public void dropOut(
      float[] scores,
      int scoreRow,
      int from,
      int to,
      int column,
      int[] keys,
      int[] queries,
      int threshold,
      float scale) {
    for (int j = from; j < to; j++) {
      for (int i = column; i < column + strip; i++) {
        boolean drops = CounterRandom.mix(keys[j] ^ queries[i]) >>> 1 < threshold;
        int at = (scoreRow + j) * slab + i % slab;
        scores[at] = drops ? 0 : scores[at] * scale;
      }
    }
  }

  @Override
  public void decay(float[] before, float[] after, float[] out) {
    for (int i = 0; i < PANEL; i++) {
      out[i] = Elementary.exp2(before[i] - after[i]);
    }
  }

  @Override
  public void logSumExp(float[] max, float[] sum, float[] out) {
    for (int i = 0; i < PANEL; i++) {
      out[i] = (float) (max[i] * Math.log(2) + Math.log(sum[i]));
    }
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
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < d; k++) {
        int at = rowOffsets[i] + k;
        float number = source[at(height, i, k)];
        target[at] =
            keep[i] == 0 ? number * gain[i] : Math.fma(number, gain[i], target[at] * keep[i]);
      }
    }
  }

  @Override
  public float dot(float[] a, int aOffset, float[] b, int bOffset, int d) {
    int whole = d / lanes * lanes;
    float rest = 0;
    for (int k = whole; k < d; k++) {
      rest = Math.fma(a[aOffset + k], b[bOffset + k], rest);
    }
    return dot(a, aOffset, b, bOffset, whole, 1) + rest;
  }

  /// The sum over lanes a step apart, half on half: over one lane where the step is all of them.
  private float dot(float[] a, int aOffset, float[] b, int bOffset, int whole, int step) {
    if (step < lanes) {
      return dot(a, aOffset, b, bOffset, whole, 2 * step)
          + dot(a, aOffset + step, b, bOffset + step, whole, 2 * step);
    }
    float sum = 0;
    for (int k = 0; k < whole; k += lanes) {
      sum = Math.fma(a[aOffset + k], b[bOffset + k], sum);
    }
    return sum;
  }
}
