package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;

/// One key block in scratch: its tokens, its keys as a panel, and its values as rows, which stand
/// in slabs together with those of other blocks.
final class LoadedKeys {
  final KeyTile tile = new KeyTile();
  final float[] panel;
  final int firstRow;
  private final float[] values;
  private final int height;
  private final AttentionData data;
  private final FarRows far;
  private final int[] offsets = new int[Kernels.PANEL];

  /// Which block this is.
  int block = KeyTile.NO_BLOCK;

  /// @param values slabs of `height` rows, 64 of which from `firstRow` on are for this block
  LoadedKeys(AttentionData data, float[] values, int firstRow, int height) {
    this.data = data;
    this.far = new FarRows(data);
    this.panel = new float[Kernels.panelSize(data.dQk)];
    this.values = values;
    this.firstRow = firstRow;
    this.height = height;
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
    kernels.transposeToSlabs(data.key, offsets, tile.count, data.dQk, panel, 0, data.dQk);
    AttentionData.rowOffsets(tile.token, tile.count, row * data.n * data.dV, data.dV, offsets);
    far.fetch(data.value, offsets, tile.count, data.dV);
    if (!kernels.copyToSlabs(data.value, offsets, tile.count, data.dV, values, firstRow, height)) {
      throw Checks.notFinite("value", data.input.value(), row, tile.token, tile.count);
    }
  }
}
