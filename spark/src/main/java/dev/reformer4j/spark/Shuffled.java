package dev.reformer4j.spark;

import static org.apache.spark.sql.functions.col;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;

/// Rows sent to their partitions, and sorted there. Spark spills what does not fit memory.
final class Shuffled {
  static final Encoder<SentRow> ENCODER = Encoders.bean(SentRow.class);

  private Shuffled() {}

  static Dataset<SentRow> of(Dataset<SentRow> rows, int partitions) {
    return rows.repartitionById(partitions, col("partition")).sortWithinPartitions("place");
  }
}
