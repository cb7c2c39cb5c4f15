package dev.reformer4j.kernel;

import static dev.reformer4j.kernel.Kernels.PANEL;
import static dev.reformer4j.kernel.Lanes.W;

/// The gradient of weights, panel by panel: both go back to `[tokens, 64]`, so that tokens are what
/// the product sums over. A slab is a whole panel here.
final class PanelGradient implements WeightGradient {
  private final int outputs;
  private final int inputs;
  private final float[] gradient;
  private final int go;
  private final float[] scratch;

  PanelGradient(int outputs, int inputs, float[] gradient, int gOffset, float[] scratch) {
    this.outputs = outputs;
    this.inputs = inputs;
    this.gradient = gradient;
    this.go = gOffset;
    this.scratch = scratch;
  }

  static int scratch(int inputs) {
    return PanelKernels.ROW_SCRATCH + (inputs + PANEL - 1) / PANEL * PANEL * PANEL;
  }

  @Override
  public void add(float[] dy, int dyOffset, float[] x, int xOffset, int columns) {
    int rows = PanelKernels.ROW_SCRATCH;
    for (int p = 0; p < inputs; p += PANEL) {
      int width = Math.min(PANEL, inputs - p);
      VectorPanelKernels.turnRows(x, xOffset + p * PANEL, width, columns, scratch);
      System.arraycopy(scratch, 0, scratch, rows + p * PANEL, columns * PANEL);
    }
    for (int o = 0; o < outputs; o += PANEL) {
      int m = Math.min(PANEL, outputs - o);
      VectorPanelKernels.turnRows(dy, dyOffset + o * PANEL, m, columns, scratch);
      for (int p = 0; p < inputs; p += PANEL) {
        int to = go + o * inputs + p;
        int width = Math.min(PANEL, inputs - p);
        int strip = rows + p * PANEL;
        multiply(strip, to, m, width, columns);
      }
    }
  }

  /// Adds the product of a panel of output gradients, which stands first in the scratch, and one of
  /// inputs: tiles, the rows that are left over, and the columns.
  private void multiply(int x, int to, int m, int width, int columns) {
    int rows = m & -4;
    int whole = width & -W;
    Tiles.multiply(scratch, 0, scratch, x, gradient, to, inputs, rows, whole, columns, true);
    for (int o = 0; o < m; o++) {
      int row = to + o * inputs;
      if (o >= rows) {
        VectorProducts.multiply(
            scratch, x, PANEL, scratch, o, PANEL, gradient, row, columns, whole, true);
      }
      for (int p = whole; p < width; p++) {
        for (int i = 0; i < columns; i++) {
          gradient[row + p] =
              Math.fma(scratch[i * PANEL + o], scratch[x + i * PANEL + p], gradient[row + p]);
        }
      }
    }
  }

  @Override
  public void finish() {
    // nothing waits
  }
}
