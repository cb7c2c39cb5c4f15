package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import java.util.Arrays;

/// One block of keys in scratch as backward wants it, and the gradients that it collects.
final class KeyGradientTile {
  final KeyTile tile = new KeyTile();

  /// The keys, before they are made unit length, as panel `[dQk, 64]` and as rows, both in slabs.
  final float[] panel;

  final float[] rows;

  /// The values as panel `[dV, 64]` in slabs.
  final float[] valuePanel;

  /// The gradient of the keys times their scale, and of the values, as rows in slabs.
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
    this.rows = AttentionData.slabs(data.dQk, Kernels.PANEL);
    this.valuePanel = new float[Kernels.panelSize(data.dV)];
    this.keyGradient = AttentionData.slabs(data.dQk, Kernels.PANEL);
    this.queryGradient = AttentionData.slabs(data.dQk, Kernels.PANEL);
    this.valueGradient = AttentionData.slabs(data.dV, Kernels.PANEL);
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
    kernels.copyToSlabs(data.key, offsets, count, data.dQk, rows, 0, Kernels.PANEL);
    kernels.transposeToSlabs(data.key, offsets, count, data.dQk, panel, 0, data.dQk);
    AttentionData.rowOffsets(tile.token, count, row * data.n * data.dV, data.dV, offsets);
    far.fetch(data.value, offsets, count, data.dV);
    kernels.transposeToSlabs(data.value, offsets, count, data.dV, valuePanel, 0, data.dV);
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
        Kernels.PANEL,
        gradients.valueGradient,
        offsets,
        count,
        data.dV,
        PairGradients.ONES,
        PairGradients.ONES);
    for (int j = 0; j < count; j++) {
      addUp(j);
    }
    AttentionData.rowOffsets(tile.token, count, row * data.n * data.dQk, data.dQk, offsets);
    far.fetch(gradients.keyGradient, offsets, count, data.dQk);
    kernels.scatterRows(
        keyGradient,
        Kernels.PANEL,
        gradients.keyGradient,
        offsets,
        count,
        data.dQk,
        PairGradients.ONES,
        PairGradients.LN_2S);
  }

  /// What one token collected as key and as query, slab by slab.
  private void addUp(int j) {
    int d = data.dQk;
    int slab = kernels.slab();
    float part = 0;
    if (data.hasUnitKeys()) {
      float g = tile.sight.scale[j] * PairGradients.LN_2;
      float dot = 0;
      for (int k = 0, at = j * slab; k < d; k += slab, at += Kernels.PANEL * slab) {
        dot += kernels.dot(rows, at, keyGradient, at, Math.min(slab, d - k));
      }
      part = -g * g * dot;
    }
    for (int k = 0, at = j * slab; k < d; k += slab, at += Kernels.PANEL * slab) {
      for (int e = at; e < at + Math.min(slab, d - k); e++) {
        keyGradient[e] += queryGradient[e] + part * rows[e];
      }
    }
  }
}
