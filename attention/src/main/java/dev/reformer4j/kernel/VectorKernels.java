package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Lanes.AVX2;
import static dev.reformer4j.kernel.Lanes.FLOATS;
import static dev.reformer4j.kernel.Lanes.INTS;
import static dev.reformer4j.kernel.Lanes.SLAB;
import static dev.reformer4j.kernel.Lanes.STRIP;
import static dev.reformer4j.kernel.Lanes.W;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/// The kernels on the Vector API: a body of whole vectors, and plain code for what is left over.
final class VectorKernels implements Kernels {
  private static final int TILE_ROWS = Math.min(STRIP, AVX2 ? FencedTiles.ROWS : Tiles.ROWS);
  private static final ScalarKernels TWIN = new ScalarKernels(STRIP, SLAB, W);
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
  public int slab() {
    return SLAB;
  }

  @Override
  public int tileRows() {
    return TILE_ROWS;
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
      int bStep,
      float[] c,
      int cOffset,
      int cStep,
      int m,
      int n,
      int k,
      boolean add) {
    assert (m % 4 == 0 || m == TILE_ROWS) && n % STRIP == 0;
    if (AVX2) {
      FencedTiles.multiply(a, aOffset, b, bOffset, bStep, c, cOffset, cStep, m, n, k, add);
    } else {
      for (int j = 0; j < n; j += SLAB) {
        int from = bOffset + j / SLAB * bStep;
        int to = cOffset + j / SLAB * cStep;
        int columns = Math.min(SLAB, n - j);
        Tiles.multiply(a, aOffset, b, from, c, to, SLAB, m, columns, k, add);
      }
    }
  }

  @Override
  public void transpose(float[] source, int[] rowOffsets, int rows, int d, float[] panel) {
    Transposition.turn(source, rowOffsets, 0, rows, d, panel, 0, PANEL, d * PANEL);
  }

  @Override
  public void transposeToSlabs(
      float[] source, int[] rowOffsets, int rows, int d, float[] slabs, int firstRow, int height) {
    for (int i = 0; i < rows; i += SLAB) {
      int to = (i / SLAB * height + firstRow) * SLAB;
      int columns = Math.min(SLAB, rows - i);
      Transposition.turn(source, rowOffsets, i, columns, d, slabs, to, SLAB, height * PANEL);
    }
  }

  @Override
  public boolean copyToSlabs(
      float[] source, int[] rowOffsets, int rows, int d, float[] slabs, int firstRow, int height) {
    int whole = d & -W;
    FloatVector poison = FloatVector.zero(FLOATS);
    for (int k = 0; k < whole; k += W) {
      int to = at(height, firstRow, k);
      for (int i = 0; i < rows; i++) {
        FloatVector numbers = FloatVector.fromArray(FLOATS, source, rowOffsets[i] + k);
        numbers.intoArray(slabs, to + i * SLAB);
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
        slabs[at(height, firstRow + i, k)] = number;
        finite &= Float.isFinite(number);
      }
    }
    return finite;
  }

  /// Where a number stands in slabs of so many rows.
  private static int at(int height, int row, int column) {
    return (column / SLAB * height + row) * SLAB + column % SLAB;
  }

  @Override
  public void sumOfSquares(float[] panel, int d, float[] out) {
    for (int i = 0; i < PANEL; i += W) {
      int first = at(d, 0, i);
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int k = 0; k < d; k++) {
        FloatVector x = FloatVector.fromArray(FLOATS, panel, first + k * SLAB);
        sum = x.fma(x, sum);
      }
      sum.intoArray(out, i);
    }
  }

  @Override
  public void addArgmax(
      float[] rotated, int height, int firstRow, int half, int weight, int[] ids) {
    for (int i = 0; i < PANEL; i += W) {
      int first = at(height, firstRow, i);
      FloatVector max = FloatVector.fromArray(FLOATS, rotated, first);
      FloatVector min = max;
      IntVector argmax = IntVector.zero(INTS);
      IntVector argmin = IntVector.zero(INTS);
      for (int j = 1; j < half; j++) {
        FloatVector x = FloatVector.fromArray(FLOATS, rotated, first + j * SLAB);
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
      int at = (scoreRow + j) * SLAB + strip % SLAB;
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
        int at = (scoreRow + j) * SLAB + column % SLAB;
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
    // One vector at a time: a power takes ten constants, and where two stood side by side registers
    // ran out as soon as C2 inlined them, and it took twice the time.
    for (int column = strip; column < strip + STRIP; column += W) {
      FloatVector top = FloatVector.fromArray(FLOATS, max, column);
      FloatVector total = FloatVector.fromArray(FLOATS, sum, column);
      for (int j = from; j < to; j++) {
        int at = j * SLAB + column % SLAB;
        FloatVector weight = Exponential.base2(FloatVector.fromArray(FLOATS, scores, at).sub(top));
        weight.intoArray(scores, at);
        total = total.add(weight);
      }
      total.intoArray(sum, column);
    }
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
        int at = (scoreRow + j) * SLAB + column % SLAB;
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
      float[] scores,
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
        int at = (scoreRow + j) * SLAB + column % SLAB;
        FloatVector.fromArray(FLOATS, scores, at)
            .mul(scale)
            .blend(0, drops.cast(FLOATS))
            .intoArray(scores, at);
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
      int height,
      float[] target,
      int[] rowOffsets,
      int rows,
      int d,
      float[] keep,
      float[] gain) {
    int whole = d & -W;
    for (int i = 0; i < rows; i++) {
      int to = rowOffsets[i];
      FloatVector kept = FloatVector.broadcast(FLOATS, keep[i]);
      FloatVector gained = FloatVector.broadcast(FLOATS, gain[i]);
      if (keep[i] == 0) {
        for (int k = 0; k < whole; k += W) {
          FloatVector.fromArray(FLOATS, source, at(height, i, k))
              .mul(gained)
              .intoArray(target, to + k);
        }
      } else {
        for (int k = 0; k < whole; k += W) {
          FloatVector old = FloatVector.fromArray(FLOATS, target, to + k).mul(kept);
          FloatVector.fromArray(FLOATS, source, at(height, i, k))
              .fma(gained, old)
              .intoArray(target, to + k);
        }
      }
      for (int k = whole; k < d; k++) {
        float number = source[at(height, i, k)];
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
