package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import java.util.Arrays;

/// One block of queries in scratch as backward wants it, and the gradient that it collects.
final class QueryGradientTile {
  final QueryTile tile = new QueryTile();

  /// The queries as panel `[dQk, 64]` and as rows.
  float[] panel;

  float[] rows;

  /// The output gradient over the sum of weights, as panel `[dV, 64]` and as rows.
  final float[] outputPanel;

  final float[] outputRows;
  final float[] max = new float[Kernels.PANEL];
  final float[] mean = new float[Kernels.PANEL];

  /// The query gradient, as rows; in log₂ units until it is flushed.
  float[] gradient;

  private final float[] ownPanel;
  private final float[] ownRows;
  private final float[] ownGradient;
  private final Kernels kernels;
  private final AttentionData data;
  private final GradientData gradients;
  private final FarRows far;
  private final int[] offsets = new int[Kernels.PANEL];

  QueryGradientTile(Kernels kernels, AttentionData data, GradientData gradients) {
    this.kernels = kernels;
    this.data = data;
    this.gradients = gradients;
    this.far = new FarRows(data);
    this.ownPanel = new float[Kernels.panelSize(data.dQk)];
    this.ownRows = new float[Kernels.PANEL * data.strideQk()];
    this.outputPanel = new float[Kernels.panelSize(data.dV)];
    this.outputRows = new float[Kernels.PANEL * data.strideV()];
    this.ownGradient = new float[Kernels.PANEL * data.strideQk()];
    this.panel = ownPanel;
    this.rows = ownRows;
    this.gradient = ownGradient;
  }

  /// Loads a block of queries.
  void load(int row, Pattern pattern, int block) {
    data.queries(row, pattern, block, tile);
    panel = ownPanel;
    rows = ownRows;
    gradient = ownGradient;
    AttentionData.rowOffsets(tile.token, tile.count, row * data.n * data.dQk, data.dQk, offsets);
    far.fetch(data.query, offsets, tile.count, data.dQk);
    kernels.copyRows(data.query, offsets, tile.count, data.dQk, rows, data.strideQk());
    AttentionData.rowOffsets(PairGradients.EVERY, tile.count, 0, data.strideQk(), offsets);
    kernels.transpose(rows, offsets, tile.count, data.dQk, panel);
    Arrays.fill(gradient, 0);
    loadOutputGradient(row);
  }

  /// Loads a block of shared queries whose tokens are at hand as keys: nothing of them is loaded
  /// twice, and what they collect waits in the key tile, to be added together with the keys' part.
  void load(int row, Pattern pattern, int block, KeyGradientTile keys) {
    data.queries(row, pattern, block, tile);
    panel = keys.panel;
    rows = keys.rows;
    gradient = keys.queryGradient;
    loadOutputGradient(row);
  }

  private void loadOutputGradient(int row) {
    int count = tile.count;
    AttentionData.rowOffsets(tile.token, count, row * data.n * data.dV, data.dV, offsets);
    far.fetch(gradients.outputGradient, offsets, count, data.dV);
    kernels.copyRows(gradients.outputGradient, offsets, count, data.dV, outputRows, data.strideV());
    for (int i = 0; i < count; i++) {
      int at = row * data.n + tile.token[i];
      max[i] = gradients.max[at];
      mean[i] = gradients.mean[at];
      float part = gradients.gain[at];
      for (int k = i * data.strideV(); k < i * data.strideV() + data.dV; k++) {
        outputRows[k] *= part;
      }
    }
    AttentionData.rowOffsets(PairGradients.EVERY, count, 0, data.strideV(), offsets);
    kernels.transpose(outputRows, offsets, count, data.dV, outputPanel);
  }

  /// Adds what was collected to the rows of the query gradient.
  void flush(int row) {
    AttentionData.rowOffsets(tile.token, tile.count, row * data.n * data.dQk, data.dQk, offsets);
    far.fetch(gradients.queryGradient, offsets, tile.count, data.dQk);
    kernels.scatterRows(
        gradient,
        data.strideQk(),
        gradients.queryGradient,
        offsets,
        tile.count,
        data.dQk,
        PairGradients.ONES,
        PairGradients.LN_2S);
  }
}
