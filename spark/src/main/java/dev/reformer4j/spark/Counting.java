package dev.reformer4j.spark;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;

/// Counts the keys of all groups in cells, and plans with what it finds.
///
/// @param rows the data
/// @param sequences those that are counted
record Counting(Dataset<TokenRow> rows, Rules rules, Sequences sequences, Rotated rotated) {
  /// What a cell may hold more than it should before it is cut.
  private static final int FULL = 4;

  /// What the counting tasks must know.
  private record Task(Rules rules, Sequences sequences, Rotated rotated, Cells cells)
      implements java.io.Serializable {

    long[] count(Iterator<TokenRow> part) {
      long[] counts = new long[cells.count()];
      HashedRows hashed = new HashedRows(part, rules, sequences, rotated);
      while (hashed.next()) {
        int group = hashed.sequence() * rules.groupsPerSequence();
        for (int head = 0; head < rules.heads(); head++) {
          for (int round = 0; round < rules.rounds(); round++) {
            counts[cells.find(group++, hashed.key(head, round))]++;
          }
        }
      }
      return counts;
    }
  }

  /// Plans for a number of partitions.
  ///
  /// @param perCell how many keys a cell should hold
  LargeJob plan(int partitions, long perCell) {
    int groups = sequences.count() * rules.groupsPerSequence();
    int[] length = new int[groups];
    long[] endKey = new long[groups];
    for (int group = 0; group < groups; group++) {
      int sequence = group / rules.groupsPerSequence();
      length[group] = sequences.length(sequence);
      endKey[group] = rotated.buckets(sequence) * length[group];
    }
    Cells cells = Cells.even(Arrays.stream(length).asLongStream().toArray(), endKey, perCell);
    cells.set(count(cells));
    for (Cells finer = cells.cut(FULL * perCell);
        finer != cells;
        finer = cells.cut(FULL * perCell)) {
      cells = finer;
      cells.set(count(cells));
    }
    return new LargeJob(
        rules, sequences, rotated, cells, Plan.of(rules, cells, length, partitions));
  }

  private long[] count(Cells cells) {
    Broadcast<Task> task =
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext())
            .broadcast(new Task(rules, sequences, rotated, cells));
    try {
      return rows.javaRDD()
          .mapPartitions(part -> List.of(task.value().count(part)).iterator())
          .treeReduce(Counting::sum);
    } finally {
      task.unpersist();
    }
  }

  private static long[] sum(long[] counts, long[] more) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += more[i];
    }
    return counts;
  }
}
