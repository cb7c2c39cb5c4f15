package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.QueryBlock;

/// The softmax of one query over tokens gathered from a store.
final class GatherSoftmax extends StepSoftmax {
  private final float[] panel;
  private final float[] rows;
  private final int[] offsets = new int[Kernels.PANEL];

  GatherSoftmax(int dQk, int dV) {
    super(dQk, dV);
    this.panel = new float[Kernels.panelSize(dQk)];
    this.rows = new float[Kernels.PANEL * dV];
  }

  /// One round.
  ///
  /// @param window what the query sees; its own token is the last of the store
  /// @param output `[dV]` from `offset`, final after the last round
  void attend(
      TokenStore store,
      int head,
      Window window,
      float[] query,
      int queryOffset,
      float[] output,
      int offset,
      boolean last) {
    int keys = window.count();
    for (int from = 0; from < keys; from += Kernels.PANEL) {
      int count = load(window, from, dQk);
      kernels.transpose(store.keys(head), offsets, count, dQk, panel);
      panels.multiplyVector(
          panel, 0, Kernels.PANEL, query, queryOffset, weights, from, dQk, Kernels.PANEL, false);
    }
    for (int key = 0; key < keys; key++) {
      weights[key] = logit(store, head, window, key);
    }
    soften(keys);
    for (int from = 0; from < keys; from += Kernels.PANEL) {
      int count = load(window, from, dV);
      for (int i = 0; i < count; i++) {
        System.arraycopy(store.values(head), offsets[i], rows, i * dV, dV);
      }
      panels.multiplyVector(rows, 0, dV, weights, from, sums, 0, count, dV, from > 0);
    }
    merge(add(0, 0, keys), output, offset, last);
  }

  private float logit(TokenStore store, int head, Window window, int key) {
    int token = window.token(key);
    if (token == store.count() - 1) {
      return QueryBlock.SELF;
    }
    return window.isSeen(key) ? weights[key] * store.scale(head)[token] : Float.NEGATIVE_INFINITY;
  }

  private int load(Window window, int from, int d) {
    int count = Math.min(Kernels.PANEL, window.count() - from);
    for (int i = 0; i < count; i++) {
      offsets[i] = window.token(from + i) * d;
    }
    return count;
  }

  @Override
  long bytes() {
    return super.bytes() + Float.BYTES * ((long) panel.length + rows.length + offsets.length);
  }
}
