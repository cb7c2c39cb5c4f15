package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.tensor.Tensor;
import java.util.function.IntFunction;

/// One call's data as the passes see it: flat arrays, and for every row (sequence and head) its
/// pattern.
final class AttentionData {
  final AttentionInput input;
  final int rows;
  final int n;
  final int dQk;
  final int dV;
  final float[] query;
  final float[] key;
  final float[] value;

  /// `[batch, heads, n]`, or empty where every key has the same scale.
  private final float[] keyScale;

  private final Pattern[] patterns;
  private final IntFunction<Pattern> patternOfRow;

  AttentionData(AttentionInput input, float[] keyScale, IntFunction<Pattern> patternOfRow) {
    this.input = input;
    this.rows = input.batch() * input.heads();
    this.n = input.n();
    this.dQk = input.dQk();
    this.dV = input.dV();
    this.query = input.query().data();
    this.key = input.key().data();
    this.value = input.value().data();
    this.keyScale = keyScale;
    this.patterns = new Pattern[rows];
    this.patternOfRow = patternOfRow;
  }

  /// The pattern of a row, made when it is first asked for.
  Pattern pattern(int row) {
    synchronized (patterns) {
      if (patterns[row] == null) {
        patterns[row] = patternOfRow.apply(row);
      }
      return patterns[row];
    }
  }

  /// Forgets the pattern of a row that is done: it may hold more than all scratch.
  void release(int row) {
    synchronized (patterns) {
      patterns[row] = null;
    }
  }

  /// Fills a tile with one block of queries of a row.
  ///
  /// @param pattern of that row
  void queries(int row, Pattern pattern, int block, QueryTile tile) {
    pattern.queries(block, tile);
    if (input.dropout().isPresent()) {
      int stage = stage(pattern, block);
      input.dropout().get().address(row, stage, false, tile.token, tile.count, tile.address);
    }
  }

  /// Fills a tile with one block of keys of a row.
  ///
  /// @param pattern of that row
  void keys(int row, Pattern pattern, int block, KeyTile tile) {
    pattern.keys(block, tile);
    if (input.dropout().isPresent()) {
      int stage = stage(pattern, block);
      input.dropout().get().address(row, stage, true, tile.token, tile.count, tile.address);
    }
  }

  /// The stage of a block, around the ring if need be.
  private static int stage(Pattern pattern, int block) {
    int group = Math.floorDiv(block, pattern.blocksPerGroup());
    return Math.floorMod(group, pattern.groups() * pattern.stages()) / pattern.groups();
  }

  /// Drops weights, or their gradients, of one strip of queries and one block of keys, if there is
  /// dropout.
  void dropOut(
      Kernels kernels,
      float[] scores,
      int scoreRow,
      int from,
      int to,
      int strip,
      KeyTile keys,
      QueryTile queries) {
    if (input.dropout().isPresent()) {
      WeightDropout dropout = input.dropout().get();
      kernels.dropOut(
          scores,
          scoreRow,
          from,
          to,
          strip,
          keys.address,
          queries.address,
          dropout.threshold(),
          dropout.scale());
    }
  }

  /// Whether keys have unit length, which backward must go through.
  boolean hasUnitKeys() {
    return keyScale.length > 0;
  }

  /// The scale of one key, log₂ e included.
  float scale(int row, int token) {
    return keyScale.length > 0 ? keyScale[row * n + token] : UnitKeys.constantScale(dQk);
  }

  /// Rows of d numbers in slabs of `height` rows each ([Kernels#copyToSlabs]).
  static float[] slabs(int d, int height) {
    int slab = Kernels.best().slab();
    return new float[Tensor.sizeOf(height, (d + slab - 1) / slab * slab)];
  }

  /// The columns that a product computes for d numbers: whole strips.
  static int wholeStrips(int d) {
    int strip = Kernels.best().strip();
    return (d + strip - 1) / strip * strip;
  }

  static void rowOffsets(int[] tokens, int count, int base, int d, int[] offsets) {
    for (int i = 0; i < count; i++) {
      offsets[i] = base + tokens[i] * d;
    }
  }
}
