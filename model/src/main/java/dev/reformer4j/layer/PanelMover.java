package dev.reformer4j.layer;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.PanelKernels;

/// Moves blocks of tokens between rows and panels. Scratch of one thread.
final class PanelMover {
  private final Kernels kernels = Kernels.best();
  private final PanelKernels panels = PanelKernels.best();
  private final int[] offsets = new int[Kernels.PANEL];
  private float[] scratch = new float[0];
  private final float[] rowScratch = new float[PanelKernels.ROW_SCRATCH];

  /// Loads tokens `first` to `first + count` into the panel, from its row `panelRow` on. What lies
  /// behind may be overwritten.
  ///
  /// @param panel of [Kernels#panelSize(int)] numbers
  void load(Rows rows, int first, int count, float[] panel, int panelRow) {
    if (rows.parts() == 1 && panelRow == 0) {
      findOffsets(rows, 0, first, count);
      kernels.transpose(rows.data(), offsets, count, rows.width(), panel);
      return;
    }
    int size = Kernels.panelSize(rows.width());
    if (scratch.length < size) {
      scratch = new float[size];
    }
    for (int part = 0; part < rows.parts(); part++) {
      findOffsets(rows, part, first, count);
      kernels.transpose(rows.data(), offsets, count, rows.width(), scratch);
      System.arraycopy(
          scratch,
          0,
          panel,
          (panelRow + part * rows.width()) * Kernels.PANEL,
          rows.width() * Kernels.PANEL);
    }
  }

  /// Stores the panel into the rows of tokens `first` to `first + count`, or adds it to them.
  void store(float[] panel, Rows rows, int first, int count, PanelKernels.RowMode mode) {
    for (int part = 0; part < rows.parts(); part++) {
      findOffsets(rows, part, first, count);
      panels.toRows(
          panel,
          part * rows.width() * Kernels.PANEL,
          rows.width(),
          count,
          rows.data(),
          offsets,
          mode,
          rowScratch);
    }
  }

  private void findOffsets(Rows rows, int part, int first, int count) {
    for (int i = 0; i < count; i++) {
      offsets[i] = rows.offset(part, first + i);
    }
  }
}
