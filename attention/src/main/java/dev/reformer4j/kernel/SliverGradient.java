package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Kernels.PANEL;
import static dev.reformer4j.kernel.Lanes.FLOATS;
import static dev.reformer4j.kernel.Lanes.STRIP;
import static dev.reformer4j.kernel.Lanes.W;

import java.lang.invoke.VarHandle;
import jdk.incubator.vector.FloatVector;

/// The gradient of weights on vectors of 8 numbers (AVX2), beside the products of [DenseSlivers].
///
/// A tile of the gradient is fetched, summed over the tokens of a panel, and put away again, and
/// with 64 tokens the fetching takes a sixth of its time; besides, the whole gradient goes through
/// the caches, where the weights of the products should be. So panels are collected until there are
/// four of them, x turned round into strips `[tokens, 16 inputs]` and dy in longer rows. That
/// changes no bit: every number is still one chain in order of tokens.
final class SliverGradient implements WeightGradient {
  /// Tokens that are collected.
  private static final int TOKENS = 4 * PANEL;

  /// Inputs whose strips stay in the second cache while all rows of dy go by.
  private static final int BLOCK = 4 * STRIP;

  private final int outputs;
  private final int inputs;
  private final float[] gradient;
  private final int go;
  private final float[] scratch;

  /// Where the strips of x begin in scratch, behind dy.
  private final int strips;

  private int tokens;

  SliverGradient(int outputs, int inputs, float[] gradient, int gOffset, float[] scratch) {
    this.outputs = outputs;
    this.inputs = inputs;
    this.gradient = gradient;
    this.go = gOffset;
    this.scratch = scratch;
    this.strips = outputs * TOKENS;
  }

  static int scratch(int outputs, int inputs) {
    return Math.multiplyExact(outputs + (inputs + STRIP - 1) / STRIP * STRIP, TOKENS);
  }

  @Override
  public void add(float[] dy, int dyOffset, float[] x, int xOffset, int columns) {
    if (tokens + columns > TOKENS) {
      finish();
    }
    for (int o = 0; o < outputs; o++) {
      System.arraycopy(dy, dyOffset + o * PANEL, scratch, o * TOKENS + tokens, columns);
    }
    turnIntoStrips(x, xOffset, columns);
    tokens += columns;
  }

  private void turnIntoStrips(float[] x, int xo, int columns) {
    int first = strips + tokens * STRIP;
    int whole = inputs & -Quads.SIDE;
    for (int p = 0; p < whole; p += Quads.SIDE) {
      int to = first + (p & -STRIP) * TOKENS + p % STRIP;
      Quads.turn(x, xo + p * PANEL, PANEL, columns, scratch, to, STRIP);
    }
    for (int p = whole; p < inputs; p++) {
      int to = first + (p & -STRIP) * TOKENS + p % STRIP;
      for (int i = 0; i < columns; i++) {
        scratch[to + i * STRIP] = x[xo + p * PANEL + i];
      }
    }
  }

  @Override
  public void finish() {
    int rows = FencedTiles.wholeRows(outputs);
    int columns = inputs & -STRIP;
    for (int p = 0; p < columns; p += BLOCK) {
      addBlock(rows, p, Math.min(columns, p + BLOCK));
    }
    for (int o = 0; o < outputs; o++) {
      for (int p = o < rows ? columns : 0; p < inputs; p += STRIP) {
        addRest(o, p, Math.min(STRIP, inputs - p));
      }
    }
    tokens = 0;
  }

  /// All tiles of some strips. Tiles go along the rows of the gradient, whose next lines the
  /// processor then fetches by itself; down the columns it does not, and waits.
  private void addBlock(int rows, int from, int to) {
    int o = 0;
    for (; o < rows && FencedTiles.nextRows(rows - o) == 6; o += 6) {
      for (int p = from; p < to; p += STRIP) {
        int at = go + o * inputs + p;
        tile6(scratch, o * TOKENS, strips + p * TOKENS, gradient, at, inputs, tokens);
      }
    }
    for (; o < rows; o += 4) {
      for (int p = from; p < to; p += STRIP) {
        int at = go + o * inputs + p;
        tile4(scratch, o * TOKENS, strips + p * TOKENS, gradient, at, inputs, tokens);
      }
    }
  }

  /// Up to 16 inputs of one output.
  private void addRest(int o, int p, int columns) {
    int strip = strips + p * TOKENS;
    int dy = o * TOKENS;
    int to = go + o * inputs + p;
    int whole = columns & -W;
    VectorProducts.multiply(
        scratch, strip, STRIP, scratch, dy, 1, gradient, to, tokens, whole, true);
    for (int q = whole; q < columns; q++) {
      float sum = gradient[to + q];
      for (int i = 0; i < tokens; i++) {
        sum = Math.fma(scratch[dy + i], scratch[strip + i * STRIP + q], sum);
      }
      gradient[to + q] = sum;
    }
  }

  /// Six rows of C, `cs` apart; A is six rows of tokens, which k counts.
  private static void tile6(float[] a, int ao, int bo, float[] c, int co, int cs, int k) {
    FloatVector c0x = FloatVector.fromArray(FLOATS, c, co);
    FloatVector c0y = FloatVector.fromArray(FLOATS, c, co + W);
    FloatVector c1x = FloatVector.fromArray(FLOATS, c, co + cs);
    FloatVector c1y = FloatVector.fromArray(FLOATS, c, co + cs + W);
    FloatVector c2x = FloatVector.fromArray(FLOATS, c, co + 2 * cs);
    FloatVector c2y = FloatVector.fromArray(FLOATS, c, co + 2 * cs + W);
    FloatVector c3x = FloatVector.fromArray(FLOATS, c, co + 3 * cs);
    FloatVector c3y = FloatVector.fromArray(FLOATS, c, co + 3 * cs + W);
    FloatVector c4x = FloatVector.fromArray(FLOATS, c, co + 4 * cs);
    FloatVector c4y = FloatVector.fromArray(FLOATS, c, co + 4 * cs + W);
    FloatVector c5x = FloatVector.fromArray(FLOATS, c, co + 5 * cs);
    FloatVector c5y = FloatVector.fromArray(FLOATS, c, co + 5 * cs + W);
    // One step by itself where k is odd, then two a turn.
    int p = 0;
    for (; p < (k & 1); p++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, a, bo + p * STRIP);
      FloatVector by = FloatVector.fromArray(FLOATS, a, bo + p * STRIP + W);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + p]);
      c0x = a0.fma(bx, c0x);
      c0y = a0.fma(by, c0y);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + p + TOKENS]);
      c1x = a1.fma(bx, c1x);
      c1y = a1.fma(by, c1y);
      VarHandle.acquireFence();
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + p + 2 * TOKENS]);
      c2x = a2.fma(bx, c2x);
      c2y = a2.fma(by, c2y);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + p + 3 * TOKENS]);
      c3x = a3.fma(bx, c3x);
      c3y = a3.fma(by, c3y);
      VarHandle.acquireFence();
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[ao + p + 4 * TOKENS]);
      c4x = a4.fma(bx, c4x);
      c4y = a4.fma(by, c4y);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[ao + p + 5 * TOKENS]);
      c5x = a5.fma(bx, c5x);
      c5y = a5.fma(by, c5y);
    }
    for (; p < k; p += 2) {
      FloatVector bx = FloatVector.fromArray(FLOATS, a, bo + p * STRIP);
      FloatVector by = FloatVector.fromArray(FLOATS, a, bo + p * STRIP + W);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + p]);
      c0x = a0.fma(bx, c0x);
      c0y = a0.fma(by, c0y);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + p + TOKENS]);
      c1x = a1.fma(bx, c1x);
      c1y = a1.fma(by, c1y);
      VarHandle.acquireFence();
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + p + 2 * TOKENS]);
      c2x = a2.fma(bx, c2x);
      c2y = a2.fma(by, c2y);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + p + 3 * TOKENS]);
      c3x = a3.fma(bx, c3x);
      c3y = a3.fma(by, c3y);
      VarHandle.acquireFence();
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[ao + p + 4 * TOKENS]);
      c4x = a4.fma(bx, c4x);
      c4y = a4.fma(by, c4y);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[ao + p + 5 * TOKENS]);
      c5x = a5.fma(bx, c5x);
      c5y = a5.fma(by, c5y);
      VarHandle.acquireFence();
      FloatVector nextBx = FloatVector.fromArray(FLOATS, a, bo + p * STRIP + STRIP);
      FloatVector nextBy = FloatVector.fromArray(FLOATS, a, bo + p * STRIP + STRIP + W);
      FloatVector next0 = FloatVector.broadcast(FLOATS, a[ao + p + 1]);
      c0x = next0.fma(nextBx, c0x);
      c0y = next0.fma(nextBy, c0y);
      FloatVector next1 = FloatVector.broadcast(FLOATS, a[ao + p + TOKENS + 1]);
      c1x = next1.fma(nextBx, c1x);
      c1y = next1.fma(nextBy, c1y);
      VarHandle.acquireFence();
      FloatVector next2 = FloatVector.broadcast(FLOATS, a[ao + p + 2 * TOKENS + 1]);
      c2x = next2.fma(nextBx, c2x);
      c2y = next2.fma(nextBy, c2y);
      FloatVector next3 = FloatVector.broadcast(FLOATS, a[ao + p + 3 * TOKENS + 1]);
      c3x = next3.fma(nextBx, c3x);
      c3y = next3.fma(nextBy, c3y);
      VarHandle.acquireFence();
      FloatVector next4 = FloatVector.broadcast(FLOATS, a[ao + p + 4 * TOKENS + 1]);
      c4x = next4.fma(nextBx, c4x);
      c4y = next4.fma(nextBy, c4y);
      FloatVector next5 = FloatVector.broadcast(FLOATS, a[ao + p + 5 * TOKENS + 1]);
      c5x = next5.fma(nextBx, c5x);
      c5y = next5.fma(nextBy, c5y);
    }
    c0x.intoArray(c, co);
    c0y.intoArray(c, co + W);
    c1x.intoArray(c, co + cs);
    c1y.intoArray(c, co + cs + W);
    c2x.intoArray(c, co + 2 * cs);
    c2y.intoArray(c, co + 2 * cs + W);
    c3x.intoArray(c, co + 3 * cs);
    c3y.intoArray(c, co + 3 * cs + W);
    c4x.intoArray(c, co + 4 * cs);
    c4y.intoArray(c, co + 4 * cs + W);
    c5x.intoArray(c, co + 5 * cs);
    c5y.intoArray(c, co + 5 * cs + W);
  }

  /// Four rows of C, `cs` apart; A is four rows of tokens, which k counts.
  private static void tile4(float[] a, int ao, int bo, float[] c, int co, int cs, int k) {
    FloatVector c0x = FloatVector.fromArray(FLOATS, c, co);
    FloatVector c0y = FloatVector.fromArray(FLOATS, c, co + W);
    FloatVector c1x = FloatVector.fromArray(FLOATS, c, co + cs);
    FloatVector c1y = FloatVector.fromArray(FLOATS, c, co + cs + W);
    FloatVector c2x = FloatVector.fromArray(FLOATS, c, co + 2 * cs);
    FloatVector c2y = FloatVector.fromArray(FLOATS, c, co + 2 * cs + W);
    FloatVector c3x = FloatVector.fromArray(FLOATS, c, co + 3 * cs);
    FloatVector c3y = FloatVector.fromArray(FLOATS, c, co + 3 * cs + W);
    for (int p = 0; p < k; p++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, a, bo + p * STRIP);
      FloatVector by = FloatVector.fromArray(FLOATS, a, bo + p * STRIP + W);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[ao + p]);
      c0x = a0.fma(bx, c0x);
      c0y = a0.fma(by, c0y);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[ao + p + TOKENS]);
      c1x = a1.fma(bx, c1x);
      c1y = a1.fma(by, c1y);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[ao + p + 2 * TOKENS]);
      c2x = a2.fma(bx, c2x);
      c2y = a2.fma(by, c2y);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[ao + p + 3 * TOKENS]);
      c3x = a3.fma(bx, c3x);
      c3y = a3.fma(by, c3y);
    }
    c0x.intoArray(c, co);
    c0y.intoArray(c, co + W);
    c1x.intoArray(c, co + cs);
    c1y.intoArray(c, co + cs + W);
    c2x.intoArray(c, co + 2 * cs);
    c2y.intoArray(c, co + 2 * cs + W);
    c3x.intoArray(c, co + 3 * cs);
    c3y.intoArray(c, co + 3 * cs + W);
  }
}
