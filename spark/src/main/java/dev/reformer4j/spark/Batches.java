package dev.reformer4j.spark;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.ceil;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log2;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.sum;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/// Texts shared out so that nobody waits for a long one: those of about one length make batches of
/// about one size, and the batches of the longest come first, since Spark begins with the first.
final class Batches {
  /// Lengths from one power of two to the next count as this many classes.
  private static final int CLASSES = 4;

  private static final int MOST_BATCHES = 1 << 16;
  private static final String BATCH = "reformer4j_batch";

  private Batches() {}

  /// Shares out, after a job that looks at the lengths.
  ///
  /// @param column of the texts
  /// @param bytes of text in a batch; a longer text is one by itself
  /// @throws BadInputException if a text is null or empty
  static Dataset<Row> of(Dataset<Row> data, String column, long bytes) {
    Column length = octet_length(col("`" + column + "`"));
    Column kind =
        ceil(log2(greatest(length, lit(1))).multiply(CLASSES)).cast(DataTypes.IntegerType);
    List<Row> classes =
        data.groupBy(kind.as("class"))
            .agg(count(lit(1)).as("texts"), sum(length.cast(DataTypes.LongType)).as("bytes"))
            .collectAsList();
    if (classes.isEmpty()) {
      return data;
    }
    check(data, column, length, classes);
    int largest = classes.stream().mapToInt(row -> row.getInt(0)).max().orElseThrow();
    long all = classes.stream().mapToLong(row -> row.getLong(2)).sum();
    long size = Math.max(bytes, all / (MOST_BATCHES / 2) + 1);
    int[] batches = new int[largest + 1];
    for (Row row : classes) {
      batches[row.getInt(0)] = (int) Math.min(row.getLong(1), row.getLong(2) / size + 1);
    }
    Column[] first = new Column[largest + 1];
    Column[] many = new Column[largest + 1];
    int next = 0;
    for (int i = largest; i >= 0; i--) {
      first[i] = lit(next);
      many[i] = lit(Math.max(1, batches[i]));
      next += batches[i];
    }
    // A task that is done again may number its rows otherwise, where they come from a shuffle.
    // Spark finds that by the checksums of what it wrote, and then does again what read the first.
    Column index = kind.plus(1);
    Column within =
        pmod(monotonically_increasing_id(), element_at(array(many), index))
            .cast(DataTypes.IntegerType);
    return data.withColumn(BATCH, element_at(array(first), index).plus(within))
        .repartitionById(next, col(BATCH))
        .drop(BATCH);
  }

  private static void check(Dataset<Row> data, String column, Column length, List<Row> classes) {
    // greatest passes nulls over, so that a null text counts as one of length 1, as an empty one.
    if (classes.stream().noneMatch(row -> row.getInt(0) == 0)) {
      return;
    }
    Row wrong = data.agg(count_if(length.isNull()), count_if(length.equalTo(0))).first();
    long missing = wrong.getLong(0);
    if (missing > 0 || wrong.getLong(1) > 0) {
      throw new BadInputException(
          "column "
              + column
              + " has "
              + (missing > 0 ? missing + " rows without a text" : wrong.getLong(1) + " empty texts")
              + ", and a model reads one token at least; fill them, or leave them out");
    }
  }
}
