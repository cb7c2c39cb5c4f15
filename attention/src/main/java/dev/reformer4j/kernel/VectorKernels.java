package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Lanes.FLOATS;
import static dev.reformer4j.kernel.Lanes.INTS;
import static dev.reformer4j.kernel.Lanes.STRIP;
import static dev.reformer4j.kernel.Lanes.W;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/// The kernels on the Vector API: a body of whole vectors, and the scalar twin for what is left
/// over.
final class VectorKernels implements Kernels {
  private static final ScalarKernels TWIN = new ScalarKernels(STRIP, W);
  private static final VectorShuffle<Float> BY_8 = by(8);
  private static final VectorShuffle<Float> BY_4 = by(4);
  private static final VectorShuffle<Float> BY_2 = by(2);
  private static final VectorShuffle<Float> BY_1 = by(1);

  @Override
  public String name() {
    return "vector, " + Lanes.shape().vectorBitSize() + " bit";
  }

  @Override
  public int strip() {
    return STRIP;
  }

  @Override
  public int tileRows(int n, int bStride) {
    return Tiles.rows(n, bStride);
  }

  @Override
  public int lanes() {
    return W;
  }

  @Override
  public void multiply(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      int bStride,
      float[] c,
      int cOffset,
      int cStride,
      int m,
      int n,
      int k,
      boolean add) {
    int columns = n & -W;
    int rows = Tiles.wholeRows(m, columns, bStride);
    Tiles.multiply(a, aOffset, b, bOffset, bStride, c, cOffset, cStride, rows, columns, k, add);
    for (int i = rows; i < m; i++) {
      int to = cOffset + i * cStride;
      VectorProducts.multiply(b, bOffset, bStride, a, aOffset + i, PANEL, c, to, k, columns, add);
    }
    if (columns < n) {
      TWIN.multiply(
          a,
          aOffset,
          b,
          bOffset + columns,
          bStride,
          c,
          cOffset + columns,
          cStride,
          m,
          n - columns,
          k,
          add);
    }
  }

  @Override
  public void transpose(float[] source, int[] rowOffsets, int rows, int d, float[] panel) {
    if (Transposition.hasSquares()) {
      Transposition.squares(source, rowOffsets, rows, d, panel);
      Transposition.plain(source, rowOffsets, rows & -16, rows, 0, d & -16, panel);
      Transposition.plain(source, rowOffsets, 0, rows, d & -16, d, panel);
    } else {
      Transposition.quads(source, rowOffsets, rows, d, panel);
      Transposition.plain(source, rowOffsets, rows & -Quads.SIDE, rows, 0, d, panel);
    }
  }

  @Override
  public boolean copyRows(
      float[] source, int[] rowOffsets, int rows, int d, float[] target, int stride) {
    int whole = d & -W;
    FloatVector poison = FloatVector.zero(FLOATS);
    for (int i = 0; i < rows; i++) {
      int from = rowOffsets[i];
      for (int k = 0; k < whole; k += W) {
        FloatVector numbers = FloatVector.fromArray(FLOATS, source, from + k);
        numbers.intoArray(target, i * stride + k);
        poison =
            numbers.fma(
                FloatVector.broadcast(FLOATS, 0),
                poison); // 0 · x is 0, or NaN where x is not finite
      }
    }
    boolean finite = poison.reduceLanes(VectorOperators.ADD) == 0;
    for (int i = 0; i < rows; i++) {
      for (int k = whole; k < d; k++) {
        float number = source[rowOffsets[i] + k];
        target[i * stride + k] = number;
        finite &= Float.isFinite(number);
      }
    }
    return finite;
  }

  @Override
  public void sumOfSquares(float[] panel, int d, float[] out) {
    for (int i = 0; i < PANEL; i += W) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int k = 0; k < d; k++) {
        FloatVector x = FloatVector.fromArray(FLOATS, panel, k * PANEL + i);
        sum = x.fma(x, sum);
      }
      sum.intoArray(out, i);
    }
  }

  @Override
  public void addArgmax(float[] rotated, int firstRow, int half, int weight, int[] ids) {
    for (int i = 0; i < PANEL; i += W) {
      FloatVector max = FloatVector.fromArray(FLOATS, rotated, firstRow * PANEL + i);
      FloatVector min = max;
      IntVector argmax = IntVector.zero(INTS);
      IntVector argmin = IntVector.zero(INTS);
      for (int j = 1; j < half; j++) {
        FloatVector x = FloatVector.fromArray(FLOATS, rotated, (firstRow + j) * PANEL + i);
        IntVector index = IntVector.broadcast(INTS, j);
        argmax = argmax.blend(index, x.compare(VectorOperators.GT, max).cast(INTS));
        argmin = argmin.blend(index, x.compare(VectorOperators.LT, min).cast(INTS));
        max = max.max(x);
        min = min.min(x);
      }
      // −x wins only where it is greater: among equals the lower index does, and that is a positive
      // post.
      VectorMask<Integer> negative = min.neg().compare(VectorOperators.GT, max).cast(INTS);
      argmax
          .blend(argmin.add(half), negative)
          .mul(weight)
          .add(IntVector.fromArray(INTS, ids, i))
          .intoArray(ids, i);
    }
  }

  @Override
  public void scale(
      float[] scores, int scoreRow, int from, int to, int strip, KeyBlock keys, float[] max) {
    FloatVector maxX = FloatVector.fromArray(FLOATS, max, strip);
    FloatVector maxY = FloatVector.fromArray(FLOATS, max, strip + W);
    for (int j = from; j < to; j++) {
      int at = (scoreRow + j) * PANEL + strip;
      FloatVector scale = FloatVector.broadcast(FLOATS, keys.scale[j]);
      FloatVector x = FloatVector.fromArray(FLOATS, scores, at).mul(scale);
      FloatVector y = FloatVector.fromArray(FLOATS, scores, at + W).mul(scale);
      x.intoArray(scores, at);
      y.intoArray(scores, at + W);
      maxX = maxX.max(x);
      maxY = maxY.max(y);
    }
    maxX.intoArray(max, strip);
    maxY.intoArray(max, strip + W);
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
    for (int column = strip; column < strip + STRIP; column += W) {
      IntVector low = IntVector.fromArray(INTS, queries.low, column);
      IntVector high = IntVector.fromArray(INTS, queries.high, column);
      IntVector bucket = IntVector.fromArray(INTS, queries.bucket, column);
      IntVector self = IntVector.fromArray(INTS, queries.self, column);
      FloatVector top = FloatVector.fromArray(FLOATS, max, column);
      for (int j = from; j < to; j++) {
        int at = (scoreRow + j) * PANEL + column;
        VectorMask<Integer> visible =
            low.compare(VectorOperators.LE, keys.place[j])
                .and(high.compare(VectorOperators.GE, keys.place[j]))
                .and(bucket.compare(VectorOperators.EQ, keys.bucket[j]));
        FloatVector logit =
            FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY)
                .blend(
                    FloatVector.fromArray(FLOATS, scores, at).mul(keys.scale[j]),
                    visible.cast(FLOATS));
        VectorMask<Integer> same = self.compare(VectorOperators.EQ, keys.self[j]);
        FloatVector score = logit.blend(QueryBlock.SELF, same.cast(FLOATS));
        score.intoArray(scores, at);
        top = top.max(score);
      }
      top.intoArray(max, column);
    }
  }

  @Override
  public void exponentials(float[] scores, int from, int to, int strip, float[] max, float[] sum) {
    FloatVector maxX = FloatVector.fromArray(FLOATS, max, strip);
    FloatVector maxY = FloatVector.fromArray(FLOATS, max, strip + W);
    FloatVector sumX = FloatVector.fromArray(FLOATS, sum, strip);
    FloatVector sumY = FloatVector.fromArray(FLOATS, sum, strip + W);
    for (int j = from; j < to; j++) {
      int at = j * PANEL + strip;
      FloatVector x = Exponential.base2(FloatVector.fromArray(FLOATS, scores, at).sub(maxX));
      FloatVector y = Exponential.base2(FloatVector.fromArray(FLOATS, scores, at + W).sub(maxY));
      x.intoArray(scores, at);
      y.intoArray(scores, at + W);
      sumX = sumX.add(x);
      sumY = sumY.add(y);
    }
    sumX.intoArray(sum, strip);
    sumY.intoArray(sum, strip + W);
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
    for (int column = strip; column < strip + STRIP; column += W) {
      IntVector self = IntVector.fromArray(INTS, queries.self, column);
      FloatVector average = FloatVector.fromArray(FLOATS, mean, column);
      for (int j = from; j < to; j++) {
        int at = (scoreRow + j) * PANEL + column;
        FloatVector g =
            FloatVector.fromArray(FLOATS, gradient, at)
                .sub(average)
                .mul(FloatVector.fromArray(FLOATS, weights, at))
                .mul(keys.scale[j]);
        VectorMask<Integer> same = self.compare(VectorOperators.EQ, keys.self[j]);
        g.blend(0, same.cast(FLOATS)).intoArray(gradient, at);
      }
    }
  }

  @Override
  public void dropOut(
      float[] panel,
      int scoreRow,
      int from,
      int to,
      int strip,
      int[] keys,
      int[] queries,
      int threshold,
      float scale) {
    for (int column = strip; column < strip + STRIP; column += W) {
      IntVector query = IntVector.fromArray(INTS, queries, column);
      for (int j = from; j < to; j++) {
        // CounterRandom.mix, lane by lane.
        IntVector x = query.lanewise(VectorOperators.XOR, keys[j]);
        x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
        x = x.mul(CounterRandom.MIX_1);
        x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15));
        x = x.mul(CounterRandom.MIX_2);
        x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
        VectorMask<Integer> drops =
            x.lanewise(VectorOperators.LSHR, 1).compare(VectorOperators.LT, threshold);
        int at = (scoreRow + j) * PANEL + column;
        FloatVector.fromArray(FLOATS, panel, at)
            .mul(scale)
            .blend(0, drops.cast(FLOATS))
            .intoArray(panel, at);
      }
    }
  }

  @Override
  public void decay(float[] before, float[] after, float[] out) {
    for (int i = 0; i < PANEL; i += W) {
      Exponential.base2(
              FloatVector.fromArray(FLOATS, before, i).sub(FloatVector.fromArray(FLOATS, after, i)))
          .intoArray(out, i);
    }
  }

  /// By the twin: a vector logarithm has other bits in compiled code than in interpreted.
  @Override
  public void logSumExp(float[] max, float[] sum, float[] out) {
    TWIN.logSumExp(max, sum, out);
  }

  @Override
  public void scatterRows(
      float[] source,
      int stride,
      float[] target,
      int[] rowOffsets,
      int rows,
      int d,
      float[] keep,
      float[] gain) {
    int whole = d & -W;
    for (int i = 0; i < rows; i++) {
      int to = rowOffsets[i];
      int from = i * stride;
      if (keep[i] == 0) {
        for (int k = 0; k < whole; k += W) {
          FloatVector.fromArray(FLOATS, source, from + k).mul(gain[i]).intoArray(target, to + k);
        }
      } else {
        FloatVector kept = FloatVector.broadcast(FLOATS, keep[i]);
        for (int k = 0; k < whole; k += W) {
          FloatVector old = FloatVector.fromArray(FLOATS, target, to + k).mul(kept);
          FloatVector.fromArray(FLOATS, source, from + k)
              .fma(FloatVector.broadcast(FLOATS, gain[i]), old)
              .intoArray(target, to + k);
        }
      }
      for (int k = whole; k < d; k++) {
        float number = source[from + k];
        target[to + k] =
            keep[i] == 0 ? number * gain[i] : Math.fma(number, gain[i], target[to + k] * keep[i]);
      }
    }
  }

  @Override
  public float dot(float[] a, int aOffset, float[] b, int bOffset, int d) {
    int whole = d & -W;
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int k = 0; k < whole; k += W) {
      sum =
          FloatVector.fromArray(FLOATS, a, aOffset + k)
              .fma(FloatVector.fromArray(FLOATS, b, bOffset + k), sum);
    }
    float rest = 0;
    for (int k = whole; k < d; k++) {
      rest = Math.fma(a[aOffset + k], b[bOffset + k], rest);
    }
    return inOrder(sum) + rest;
  }

  /// The sum of all lanes, halves on halves. `reduceLanes` leaves the order open, and it is another
  /// in compiled code than in interpreted.
  private static float inOrder(FloatVector lanes) {
    FloatVector sum = lanes;
    if (W > 8) {
      sum = sum.add(sum.rearrange(BY_8));
    }
    if (W > 4) {
      sum = sum.add(sum.rearrange(BY_4));
    }
    if (W > 2) {
      sum = sum.add(sum.rearrange(BY_2));
    }
    return sum.add(sum.rearrange(BY_1)).lane(0);
  }

  private static VectorShuffle<Float> by(int distance) {
    return VectorShuffle.iota(FLOATS, distance % W, 1, true);
  }
}
