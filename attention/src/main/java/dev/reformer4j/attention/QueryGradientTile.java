package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import java.util.Arrays;

/// One block of queries in scratch as backward wants it, and the gradient that it collects.
final class QueryGradientTile {
  private static final float LN_2 = (float) Math.log(2);

  final QueryTile tile = new QueryTile();

  /// The queries as panel `[dQk, 64]` and as rows.
  final float[] panel;

  final float[] rows;

  /// The output gradient over the sum of weights, as panel `[dV, 64]` and as rows.
  final float[] outputPanel;

  final float[] outputRows;
  final float[] max = new float[Kernels.PANEL];
  final float[] mean = new float[Kernels.PANEL];

  /// The query gradient, as rows; in log₂ units until it is flushed.
  final float[] gradient;

  private final Kernels kernels;
  private final AttentionData data;
  private final GradientData gradients;
  private final int[] offsets = new int[Kernels.PANEL];
  private final float[] ones = new float[Kernels.PANEL];
  private final float[] gain = new float[Kernels.PANEL];

  QueryGradientTile(Kernels kernels, AttentionData data, GradientData gradients) {
    this.kernels = kernels;
    this.data = data;
    this.gradients = gradients;
    this.panel = new float[Kernels.panelSize(data.dQk)];
    this.rows = new float[Kernels.PANEL * data.paddedQk()];
    this.outputPanel = new float[Kernels.panelSize(data.dV)];
    this.outputRows = new float[Kernels.PANEL * data.paddedV()];
    this.gradient = new float[Kernels.PANEL * data.paddedQk()];
    Arrays.fill(ones, 1);
    Arrays.fill(gain, LN_2);
  }

  void load(int row, Pattern pattern, int block) {
    pattern.queries(block, tile);
    int count = tile.count;
    for (int i = 0; i < count; i++) {
      max[i] = gradients.max[row * data.n + tile.token[i]];
      mean[i] = gradients.mean[row * data.n + tile.token[i]];
    }
    AttentionData.rowOffsets(tile.token, count, row * data.n * data.dQk, data.dQk, offsets);
    kernels.copyRows(data.query, offsets, count, data.dQk, rows, data.paddedQk());
    AttentionData.rowOffsets(tile.token, count, row * data.n * data.dV, data.dV, offsets);
    kernels.copyRows(gradients.outputGradient, offsets, count, data.dV, outputRows, data.paddedV());
    for (int i = 0; i < count; i++) {
      float part = gradients.gain[row * data.n + tile.token[i]];
      for (int k = i * data.paddedV(); k < (i + 1) * data.paddedV(); k++) {
        outputRows[k] *= part;
      }
    }
    AttentionData.rowOffsets(PairGradients.EVERY, count, 0, data.paddedQk(), offsets);
    kernels.transpose(rows, offsets, count, data.dQk, panel);
    AttentionData.rowOffsets(PairGradients.EVERY, count, 0, data.paddedV(), offsets);
    kernels.transpose(outputRows, offsets, count, data.dV, outputPanel);
    Arrays.fill(gradient, 0);
  }

  /// Adds what was collected to the rows of the query gradient.
  void flush(int row) {
    AttentionData.rowOffsets(tile.token, tile.count, row * data.n * data.dQk, data.dQk, offsets);
    kernels.scatterRows(
        gradient,
        data.paddedQk(),
        gradients.queryGradient,
        offsets,
        tile.count,
        data.dQk,
        ones,
        gain);
  }
}
