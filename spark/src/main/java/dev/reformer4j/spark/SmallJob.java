package dev.reformer4j.spark;

import java.io.Serializable;

/// Sequences that are attended over whole, each by one task, as the library does it.
///
/// @param partitionOf `[sequences]`
record SmallJob(Rules rules, Sequences sequences, Rotated rotated, int[] partitionOf)
    implements Serializable {

  static SmallJob of(Rules rules, Sequences sequences, Rotated rotated, int partitions) {
    int[] partitionOf = new int[sequences.count()];
    for (int i = 0; i < partitionOf.length; i++) {
      partitionOf[i] = (int) (sequences.base(i) * partitions / sequences.tokens());
    }
    return new SmallJob(rules, sequences, rotated, partitionOf);
  }
}
