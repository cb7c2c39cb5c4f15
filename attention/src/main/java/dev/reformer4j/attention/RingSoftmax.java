package dev.reformer4j.attention;

import dev.reformer4j.kernel.QueryBlock;

/// The softmax of one query over rings of tokens, whose keys stand as columns.
final class RingSoftmax extends StepSoftmax {
  RingSoftmax(int dQk, int dV) {
    super(dQk, dV);
  }

  /// One round against all of a ring, and against the query itself.
  ///
  /// @param self the value of the query's own token, `[dV]` from `selfOffset`
  /// @param output `[dV]` from `offset`, final after the last round
  void attend(
      TokenRing ring,
      float[] query,
      int queryOffset,
      float[] self,
      int selfOffset,
      float[] output,
      int offset,
      boolean last) {
    int keys = ring.count();
    score(ring, query, queryOffset);
    weights[keys] = QueryBlock.SELF;
    soften(keys + 1);
    float sum = addRing(ring) + weights[keys];
    panels.multiplyVector(self, selfOffset, dV, weights, keys, sums, 0, 1, dV, true);
    merge(sum, output, offset, last);
  }

  /// The only round, against the last tokens of a ring.
  ///
  /// @param first the oldest token that is seen, counted from the oldest in the ring
  void attendFrom(
      TokenRing ring, int first, float[] query, int queryOffset, float[] output, int offset) {
    score(ring, query, queryOffset);
    for (int index = 0; index < first; index++) {
      weights[ring.slot(index)] = Float.NEGATIVE_INFINITY;
    }
    soften(ring.count());
    merge(addRing(ring), output, offset, true);
  }

  /// The logit of every slot.
  private void score(TokenRing ring, float[] query, int queryOffset) {
    panels.multiplyVector(
        ring.keys(), 0, ring.stride(), query, queryOffset, weights, 0, dQk, ring.columns(), false);
    float[] scale = ring.scale();
    for (int slot = 0; slot < ring.count(); slot++) {
      weights[slot] *= scale[slot];
    }
  }

  /// Sums weights and weighted values, the oldest first.
  private float addRing(TokenRing ring) {
    int start = ring.start();
    int count = ring.count();
    float[] values = ring.values();
    panels.multiplyVector(
        values, start * dV, dV, weights, start, sums, 0, count - start, dV, false);
    panels.multiplyVector(values, 0, dV, weights, 0, sums, 0, start, dV, true);
    return add(add(0, start, count), 0, start);
  }
}
