package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import java.util.Arrays;

/// The gradients that pass between one block of queries and one block of keys. With P the weights
/// (recomputed), dO′ the output gradient over the sum of weights and D its product with the output:
///
/// `dV += Pᵀ dO′`, `dP = dO′ Vᵀ`, `dS = P ∘ (dP − D)`, `dQ += dS K`, `dK += dSᵀ Q`.
///
/// Scores and their gradients are held transposed, `[keys, 64 queries]` in slabs, as in the forward
/// pass; for the two products that sum over queries they are transposed once more, which costs far
/// less than a product in a slower layout.
final class PairGradients {
  /// Slopes are of scores in powers of two; times this they are of logits.
  static final float LN_2 = (float) Math.log(2);

  /// Gains of 64 rows: all 1, and all [#LN_2].
  static final float[] ONES = new float[Kernels.PANEL];

  static final float[] LN_2S = new float[Kernels.PANEL];

  static {
    Arrays.fill(ONES, 1);
    Arrays.fill(LN_2S, LN_2);
  }

  private final Kernels kernels;
  private final AttentionData data;
  private final int strip;
  private final int slab;
  private final float[] weights = new float[Kernels.PANEL * Kernels.PANEL];
  private final float[] slopes = new float[Kernels.PANEL * Kernels.PANEL];
  private final float[] turned = new float[Kernels.panelSize(Kernels.PANEL)];
  private final int[] offsets;
  private final float[] ignored = new float[Kernels.PANEL];
  private final RowRange[] ranges;
  private final RowRange range = new RowRange();
  private Meetings.Counter counter;
  private int counterRow = -1;

  PairGradients(Kernels kernels, AttentionData data) {
    this.kernels = kernels;
    this.data = data;
    this.strip = kernels.strip();
    this.slab = kernels.slab();
    this.offsets = new int[strip];
    this.ranges = new RowRange[Kernels.PANEL / strip];
    Arrays.setAll(ranges, i -> new RowRange());
  }

  /// Adds to the gradients of the queries, of the keys, or of both.
  void add(
      int row,
      Pattern pattern,
      int group,
      QueryGradientTile queries,
      KeyGradientTile keys,
      boolean toQueries,
      boolean toKeys) {
    if (!toQueries && !toKeys) {
      return;
    }
    boolean any = false;
    boolean open = pattern.hasOpenRows(group, keys.block);
    for (int q = 0; q < queries.tile.count; q += strip) {
      RowRange rows = ranges[q / strip];
      int end = Math.min(queries.tile.count, q + strip);
      rows.find(queries.tile, q, end, keys.tile, open);
      if (!rows.isEmpty()) {
        any = true;
        score(queries, keys, q, rows);
        if (pattern.meetings().isPresent()) {
          counter(row, pattern.meetings().get())
              .countOnce(queries.tile, q, end, keys.tile, weights, scoreRow(q), rows.from, rows.to);
        }
      }
    }
    if (!any) {
      return;
    }
    for (int q = 0; q < queries.tile.count; q += strip) {
      if (!ranges[q / strip].isEmpty()) {
        differentiate(queries, keys, q, ranges[q / strip]);
      }
    }
    if (toQueries) {
      addToQueries(queries, keys);
    }
    if (toKeys) {
      addToKeys(queries, keys);
    }
  }

  private void score(QueryGradientTile queries, KeyGradientTile keys, int q, RowRange rows) {
    int top = scoreRow(q);
    product(keys.panel, queries.panel, data.dQk, q, rows, weights);
    kernels.scaleAndMask(
        weights, top, rows.from, rows.openFrom, q, keys.tile.sight, queries.tile.sight, ignored);
    kernels.scale(weights, top, rows.openFrom, rows.openTo, q, keys.tile.sight, ignored);
    kernels.scaleAndMask(
        weights, top, rows.openTo, rows.to, q, keys.tile.sight, queries.tile.sight, ignored);
  }

  /// From scores to weights P, and from the output gradient to the gradient of the scores, dS.
  private void differentiate(
      QueryGradientTile queries, KeyGradientTile keys, int q, RowRange rows) {
    int top = scoreRow(q);
    kernels.exponentials(weights, top + rows.from, top + rows.to, q, queries.max, ignored);
    product(keys.valuePanel, queries.outputPanel, data.dV, q, rows, slopes);
    // Of the weights before dropout; what the output is made of is dropped below.
    data.dropOut(kernels, slopes, top, rows.from, rows.to, q, keys.tile, queries.tile);
    kernels.softmaxGradient(
        weights,
        slopes,
        top,
        rows.from,
        rows.to,
        q,
        keys.tile.sight,
        queries.tile.sight,
        queries.mean);
    data.dropOut(kernels, weights, top, rows.from, rows.to, q, keys.tile, queries.tile);
  }

  /// `[keys, queries]` dot products of one strip.
  private void product(
      float[] keyPanel, float[] queryPanel, int d, int q, RowRange rows, float[] result) {
    kernels.dots(keyPanel, rows.from, rows.to, queryPanel, q, d, result, scoreRow(q));
  }

  /// The row of weights and slopes that belongs to the first key, for the slab of a query.
  private int scoreRow(int q) {
    return q / slab * Kernels.PANEL;
  }

  private void addToQueries(QueryGradientTile queries, KeyGradientTile keys) {
    for (int q = 0; q < queries.tile.count; ) {
      int next = Math.min(q + kernels.tileRows(), (q / strip + 1) * strip);
      range.find(queries.tile, q, Math.min(queries.tile.count, next), keys.tile, false);
      if (!range.isEmpty()) {
        kernels.multiply(
            slopes,
            (scoreRow(q) + range.from) * slab + q % slab,
            keys.rows,
            range.from * slab,
            Kernels.PANEL * slab,
            queries.gradient,
            q * slab,
            Kernels.PANEL * slab,
            next - q,
            AttentionData.wholeStrips(data.dQk),
            range.to - range.from,
            true);
      }
      q = next;
    }
  }

  /// A strip of keys at a time, so that queries that see none of them are skipped.
  private void addToKeys(QueryGradientTile queries, KeyGradientTile keys) {
    int count = queries.tile.count;
    for (int j = 0; j < keys.tile.count; j += strip) {
      int first = 0;
      while (first < count && !sees(first, j)) {
        first += strip;
      }
      int end = (count - 1) / strip * strip;
      while (end >= first && !sees(end, j)) {
        end -= strip;
      }
      end = Math.min(count, end + strip);
      if (first < end) {
        int m = Math.min(strip, (keys.tile.count - j + 3) & -4);
        turn(weights, j, first, end);
        sumOverQueries(queries.outputRows, first, end, keys.valueGradient, j, m, data.dV);
        turn(slopes, j, first, end);
        sumOverQueries(queries.rows, first, end, keys.keyGradient, j, m, data.dQk);
      }
    }
  }

  /// Turns the weights or slopes of a strip of keys and of queries `[first, end)` round, zeros
  /// where a pair was not computed: one slab `[queries, keys]`, of which the strip comes first.
  private void turn(float[] panel, int j, int first, int end) {
    for (int q = first; q < end; q += strip) {
      RowRange rows = ranges[q / strip];
      clear(panel, q, j, Math.min(rows.from, j + strip));
      clear(panel, q, Math.max(rows.to, j), j + strip);
    }
    for (int q = first, next; q < end; q = next) {
      next = Math.min(end, (q / slab + 1) * slab);
      for (int i = 0; i < strip; i++) {
        offsets[i] = (scoreRow(q) + j + i) * slab + q % slab;
      }
      kernels.transposeToSlabs(panel, offsets, strip, next - q, turned, q - first, Kernels.PANEL);
    }
  }

  /// Zeros in rows `[from, to)` of one strip of queries.
  private void clear(float[] panel, int q, int from, int to) {
    for (int j = from; j < to; j++) {
      int at = (scoreRow(q) + j) * slab + q % slab;
      Arrays.fill(panel, at, at + strip, 0);
    }
  }

  /// `target[j] += Σ_q turned[q, j] · rows[q]` for m keys from j on.
  private void sumOverQueries(
      float[] rows, int first, int end, float[] target, int j, int m, int d) {
    kernels.multiply(
        turned,
        0,
        rows,
        first * slab,
        Kernels.PANEL * slab,
        target,
        j * slab,
        Kernels.PANEL * slab,
        m,
        AttentionData.wholeStrips(d),
        end - first,
        true);
  }

  private boolean sees(int q, int j) {
    RowRange rows = ranges[q / strip];
    return rows.from < j + strip && rows.to > j;
  }

  private Meetings.Counter counter(int row, Meetings meetings) {
    if (counterRow != row || counter == null) {
      counter = meetings.new Counter();
      counterRow = row;
    }
    return counter;
  }
}
