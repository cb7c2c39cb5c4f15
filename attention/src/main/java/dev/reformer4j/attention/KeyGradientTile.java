package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import java.util.Arrays;

/// One block of keys in scratch as backward wants it, and the gradients that it collects.
final class KeyGradientTile {
  final KeyTile tile = new KeyTile();

  /// The keys, before they are made unit length, as panel `[dQk, 64]` and as rows.
  final float[] panel;

  final float[] rows;

  /// The values as panel `[dV, 64]`.
  final float[] valuePanel;

  /// The gradient of the keys times their scale, and of the values, as rows.
  final float[] keyGradient;

  final float[] valueGradient;

  /// What the same tokens collect as queries, if queries and keys are shared and visited together.
  final float[] queryGradient;

  /// Which block this is.
  int block = KeyTile.NO_BLOCK;

  private final Kernels kernels;
  private final AttentionData data;
  private final GradientData gradients;
  private final FarRows far;
  private final int[] offsets = new int[Kernels.PANEL];

  KeyGradientTile(Kernels kernels, AttentionData data, GradientData gradients) {
    this.kernels = kernels;
    this.data = data;
    this.gradients = gradients;
    this.far = new FarRows(data);
    this.panel = new float[Kernels.panelSize(data.dQk)];
    this.rows = new float[Kernels.PANEL * data.strideQk()];
    this.valuePanel = new float[Kernels.panelSize(data.dV)];
    this.keyGradient = new float[Kernels.PANEL * data.strideQk()];
    this.queryGradient = new float[Kernels.PANEL * data.strideQk()];
    this.valueGradient = new float[Kernels.PANEL * data.strideV()];
  }

  void load(int row, Pattern pattern, int block) {
    this.block = block;
    data.keys(row, pattern, block, tile);
    int count = tile.count;
    for (int j = 0; j < count; j++) {
      tile.sight.scale[j] = data.scale(row, tile.token[j]);
    }
    AttentionData.rowOffsets(tile.token, count, row * data.n * data.dQk, data.dQk, offsets);
    far.fetch(data.key, offsets, count, data.dQk);
    kernels.copyRows(data.key, offsets, count, data.dQk, rows, data.strideQk());
    AttentionData.rowOffsets(tile.token, count, row * data.n * data.dV, data.dV, offsets);
    far.fetch(data.value, offsets, count, data.dV);
    kernels.transpose(data.value, offsets, count, data.dV, valuePanel);
    AttentionData.rowOffsets(PairGradients.EVERY, count, 0, data.strideQk(), offsets);
    kernels.transpose(rows, offsets, count, data.dQk, panel);
    Arrays.fill(keyGradient, 0);
    Arrays.fill(valueGradient, 0);
    Arrays.fill(queryGradient, 0);
  }

  /// Adds what was collected to the rows of the key and value gradients, through the unit length of
  /// keys where they have it: for k = g·x with g = (mean(x²) + ε)^(−½) / √d is `dx = g·dk −
  /// g³·(x·dk)·x`, and g·dk is what was collected.
  void flush(int row) {
    int count = tile.count;
    AttentionData.rowOffsets(tile.token, count, row * data.n * data.dV, data.dV, offsets);
    far.fetch(gradients.valueGradient, offsets, count, data.dV);
    kernels.scatterRows(
        valueGradient,
        data.strideV(),
        gradients.valueGradient,
        offsets,
        count,
        data.dV,
        PairGradients.ONES,
        PairGradients.ONES);
    int stride = data.strideQk();
    for (int j = 0; j < count; j++) {
      int at = j * stride;
      float part = 0;
      if (data.hasUnitKeys()) {
        float g = tile.sight.scale[j] * PairGradients.LN_2;
        part = -g * g * kernels.dot(rows, at, keyGradient, at, data.dQk);
      }
      for (int k = at; k < at + data.dQk; k++) {
        keyGradient[k] += queryGradient[k] + part * rows[k];
      }
    }
    AttentionData.rowOffsets(tile.token, count, row * data.n * data.dQk, data.dQk, offsets);
    far.fetch(gradients.keyGradient, offsets, count, data.dQk);
    kernels.scatterRows(
        keyGradient,
        stride,
        gradients.keyGradient,
        offsets,
        count,
        data.dQk,
        PairGradients.ONES,
        PairGradients.LN_2S);
  }
}
