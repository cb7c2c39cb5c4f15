package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Lanes.FLOATS;
import static dev.reformer4j.kernel.Lanes.W;

import jdk.incubator.vector.FloatVector;

/// One vector times a matrix, `y (+)= xM`: what a single token costs. All of the matrix comes from
/// memory once, so it is read in order, and the sums of up to eight vectors wait in registers.
///
/// Sums begin with an array for the reason given in [Tiles].
final class VectorProducts {
  private static final float[] ZEROS = new float[8 * W];

  private VectorProducts() {}

  /// All columns but those beyond the last whole vector.
  ///
  /// @param xs how far apart the numbers of x stand
  static void multiply(
      float[] m,
      int mo,
      int ms,
      float[] x,
      int xo,
      int xs,
      float[] y,
      int yo,
      int rows,
      int columns,
      boolean add) {
    float[] from = add ? y : ZEROS;
    int j = 0;
    for (; j + 4 * W <= columns; j += 4 * W) {
      four(m, mo + j, ms, x, xo, xs, from, add ? yo + j : 0, y, yo + j, rows);
    }
    for (; j + W <= columns; j += W) {
      one(m, mo + j, ms, x, xo, xs, from, add ? yo + j : 0, y, yo + j, rows);
    }
  }

  /// One token times the slivers of [DenseSlivers], three vectors each.
  static void multiplySlivers(PackedWeights weights, float[] x, int xo, float[] y, int yo) {
    float[] m = weights.numbers;
    int rows = weights.inputs();
    int outputs = weights.paddedOutputs();
    int o = 0;
    for (; o + DenseSlivers.ROWS <= outputs; o += DenseSlivers.ROWS) {
      three(m, o * rows, DenseSlivers.ROWS, x, xo, y, yo + o, rows);
    }
    for (int at = o * rows; o < outputs; o += W, at += W) {
      one(m, at, DenseSlivers.ROWS, x, xo, 1, y, yo + o, y, yo + o, rows);
    }
  }

  private static void four(
      float[] m,
      int mo,
      int ms,
      float[] x,
      int xo,
      int xs,
      float[] from,
      int fo,
      float[] y,
      int yo,
      int rows) {
    FloatVector a = FloatVector.fromArray(FLOATS, from, fo);
    FloatVector b = FloatVector.fromArray(FLOATS, from, fo + W);
    FloatVector c = FloatVector.fromArray(FLOATS, from, fo + 2 * W);
    FloatVector d = FloatVector.fromArray(FLOATS, from, fo + 3 * W);
    for (int p = 0; p < rows; p++) {
      FloatVector s = FloatVector.broadcast(FLOATS, x[xo + p * xs]);
      a = s.fma(FloatVector.fromArray(FLOATS, m, mo + p * ms), a);
      b = s.fma(FloatVector.fromArray(FLOATS, m, mo + p * ms + W), b);
      c = s.fma(FloatVector.fromArray(FLOATS, m, mo + p * ms + 2 * W), c);
      d = s.fma(FloatVector.fromArray(FLOATS, m, mo + p * ms + 3 * W), d);
    }
    a.intoArray(y, yo);
    b.intoArray(y, yo + W);
    c.intoArray(y, yo + 2 * W);
    d.intoArray(y, yo + 3 * W);
  }

  /// Adds to y.
  private static void three(
      float[] m, int mo, int ms, float[] x, int xo, float[] y, int yo, int rows) {
    FloatVector a = FloatVector.fromArray(FLOATS, y, yo);
    FloatVector b = FloatVector.fromArray(FLOATS, y, yo + W);
    FloatVector c = FloatVector.fromArray(FLOATS, y, yo + 2 * W);
    for (int p = 0; p < rows; p++) {
      FloatVector s = FloatVector.broadcast(FLOATS, x[xo + p]);
      a = s.fma(FloatVector.fromArray(FLOATS, m, mo + p * ms), a);
      b = s.fma(FloatVector.fromArray(FLOATS, m, mo + p * ms + W), b);
      c = s.fma(FloatVector.fromArray(FLOATS, m, mo + p * ms + 2 * W), c);
    }
    a.intoArray(y, yo);
    b.intoArray(y, yo + W);
    c.intoArray(y, yo + 2 * W);
  }

  private static void one(
      float[] m,
      int mo,
      int ms,
      float[] x,
      int xo,
      int xs,
      float[] from,
      int fo,
      float[] y,
      int yo,
      int rows) {
    FloatVector a = FloatVector.fromArray(FLOATS, from, fo);
    for (int p = 0; p < rows; p++) {
      FloatVector s = FloatVector.broadcast(FLOATS, x[xo + p * xs]);
      a = s.fma(FloatVector.fromArray(FLOATS, m, mo + p * ms), a);
    }
    a.intoArray(y, yo);
  }
}
