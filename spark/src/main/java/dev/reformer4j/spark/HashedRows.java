package dev.reformer4j.spark;

import dev.reformer4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// Rows with their keys in all groups, some hundred hashed at a time. Rows of sequences that are
/// not asked for are passed over.
final class HashedRows {
  private static final int BATCH = 512;

  private final Iterator<TokenRow> rows;
  private final Rules rules;
  private final Sequences sequences;
  private final Rotated rotated;
  private final List<TokenRow> batch = new ArrayList<>();
  private final int[] sequence = new int[BATCH];
  private final int[][][] buckets;
  private TokenRow waiting;
  private int at = -1;

  HashedRows(Iterator<TokenRow> rows, Rules rules, Sequences sequences, Rotated rotated) {
    this.rows = rows;
    this.rules = rules;
    this.sequences = sequences;
    this.rotated = rotated;
    this.buckets = new int[rules.heads()][][];
  }

  /// Goes to the next row; false if there is none.
  boolean next() {
    if (++at == batch.size()) {
      fill();
      at = 0;
    }
    return !batch.isEmpty();
  }

  TokenRow row() {
    return batch.get(at);
  }

  /// The index of the row's sequence.
  int sequence() {
    return sequence[at];
  }

  /// The row's key in the group of a head and a round.
  long key(int head, int round) {
    long n = sequences.length(sequence[at]);
    return buckets[head][round][at] * n + row().getPosition();
  }

  private void fill() {
    batch.clear();
    while (batch.size() < BATCH) {
      TokenRow row = take();
      if (row == null) {
        break;
      }
      int index = sequences.find(row.getSequence());
      if (index < 0) {
        continue;
      }
      if (!batch.isEmpty() && !rotated.areAlike(index, sequence[0])) {
        waiting = row;
        break;
      }
      sequence[batch.size()] = index;
      batch.add(row);
    }
    if (!batch.isEmpty()) {
      hash();
    }
  }

  private TokenRow take() {
    TokenRow row = waiting;
    waiting = null;
    return row != null ? row : rows.hasNext() ? rows.next() : null;
  }

  private void hash() {
    for (int head = 0; head < rules.heads(); head++) {
      Tensor vectors = Tensor.zeros(batch.size(), rules.dQk());
      for (int i = 0; i < batch.size(); i++) {
        System.arraycopy(
            batch.get(i).getQk(), head * rules.dQk(), vectors.data(), i * rules.dQk(), rules.dQk());
      }
      buckets[head] = rotated.hash(sequence[0], head, vectors);
    }
  }
}
