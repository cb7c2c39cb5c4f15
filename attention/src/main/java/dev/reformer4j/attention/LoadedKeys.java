package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;

/// One key block in scratch: its tokens, its keys as a panel, its values as rows.
final class LoadedKeys {
  final KeyTile tile = new KeyTile();
  final float[] panel;
  final float[] values;
  private final AttentionData data;
  private final int valueStride;
  private final FarRows far;
  private final int[] offsets = new int[Kernels.PANEL];

  /// Which block this is.
  int block = KeyTile.NO_BLOCK;

  LoadedKeys(AttentionData data, int valueStride) {
    this.data = data;
    this.valueStride = valueStride;
    this.far = new FarRows(data);
    this.panel = new float[Kernels.panelSize(data.dQk)];
    this.values = new float[Kernels.PANEL * valueStride];
  }

  /// Loads a block unless it is already here.
  void load(Kernels kernels, Pattern pattern, int row, int block) {
    if (this.block == block) {
      return;
    }
    this.block = block;
    data.keys(row, pattern, block, tile);
    for (int j = 0; j < tile.count; j++) {
      tile.sight.scale[j] = data.scale(row, tile.token[j]);
    }
    AttentionData.rowOffsets(tile.token, tile.count, row * data.n * data.dQk, data.dQk, offsets);
    far.fetch(data.key, offsets, tile.count, data.dQk);
    kernels.transpose(data.key, offsets, tile.count, data.dQk, panel);
    AttentionData.rowOffsets(tile.token, tile.count, row * data.n * data.dV, data.dV, offsets);
    far.fetch(data.value, offsets, tile.count, data.dV);
    if (!kernels.copyRows(data.value, offsets, tile.count, data.dV, values, valueStride)) {
      throw Checks.notFinite("value", data.input.value(), row, tile.token, tile.count);
    }
  }
}
