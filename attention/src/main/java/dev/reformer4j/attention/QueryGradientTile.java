package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import java.util.Arrays;

/// One block of queries in scratch as backward wants it, and the gradient that it collects.
final class QueryGradientTile {
  final QueryTile tile = new QueryTile();

  /// The queries as panel `[dQk, 64]` and as rows, both in slabs.
  float[] panel;

  float[] rows;

  /// The output gradient over the sum of weights, as panel `[dV, 64]` and as rows, both in slabs.
  final float[] outputPanel;

  final float[] outputRows;
  final float[] max = new float[Kernels.PANEL];
  final float[] mean = new float[Kernels.PANEL];

  /// The query gradient, as rows in slabs; in log₂ units until it is flushed.
  float[] gradient;

  /// `[64, dV]` the output gradient over the sum of weights, one token after the other.
  private final float[] scaled;

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
    this.scaled = new float[Kernels.PANEL * data.dV];
    this.ownPanel = new float[Kernels.panelSize(data.dQk)];
    this.ownRows = AttentionData.slabs(data.dQk, Kernels.PANEL);
    this.outputPanel = new float[Kernels.panelSize(data.dV)];
    this.outputRows = AttentionData.slabs(data.dV, Kernels.PANEL);
    this.ownGradient = AttentionData.slabs(data.dQk, Kernels.PANEL);
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
    kernels.copyToSlabs(data.query, offsets, tile.count, data.dQk, rows, 0, Kernels.PANEL);
    kernels.transposeToSlabs(data.query, offsets, tile.count, data.dQk, panel, 0, data.dQk);
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
    float[] source = gradients.outputGradient;
    for (int i = 0; i < count; i++) {
      int at = row * data.n + tile.token[i];
      max[i] = gradients.max[at];
      mean[i] = gradients.mean[at];
      float part = gradients.gain[at];
      int from = offsets[i];
      int to = i * data.dV;
      for (int k = 0; k < data.dV; k++) {
        scaled[to + k] = source[from + k] * part;
      }
      offsets[i] = to;
    }
    kernels.copyToSlabs(scaled, offsets, count, data.dV, outputRows, 0, Kernels.PANEL);
    kernels.transposeToSlabs(scaled, offsets, count, data.dV, outputPanel, 0, data.dV);
  }

  /// Adds what was collected to the rows of the query gradient.
  void flush(int row) {
    AttentionData.rowOffsets(tile.token, tile.count, row * data.n * data.dQk, data.dQk, offsets);
    far.fetch(gradients.queryGradient, offsets, tile.count, data.dQk);
    kernels.scatterRows(
        gradient,
        Kernels.PANEL,
        gradients.queryGradient,
        offsets,
        tile.count,
        data.dQk,
        PairGradients.ONES,
        PairGradients.LN_2S);
  }
}
