package dev.reformer4j.spark;

import dev.reformer4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/// Random sequences, as tensors and as data.
final class Tokens {
  static final StructType SCHEMA =
      new StructType()
          .add("sequence", DataTypes.LongType)
          .add("position", DataTypes.LongType)
          .add("qk", DataTypes.createArrayType(DataTypes.FloatType))
          .add("v", DataTypes.createArrayType(DataTypes.FloatType));

  private Tokens() {}

  /// `[heads, n, d]` normal numbers; with skew, half of the tokens stand next to each other.
  static Tensor normal(Random random, int heads, int n, int d, boolean skew) {
    Tensor tensor = Tensor.zeros(heads, n, d);
    for (int i = 0; i < tensor.size(); i++) {
      boolean crowd = skew && i / d % 2 == 0;
      double number = crowd ? 1 + 1e-3 * random.nextGaussian() : random.nextGaussian();
      tensor.data()[i] = (float) (1.5 * number);
    }
    return tensor;
  }

  /// Rows of one sequence.
  static List<Row> rows(long sequence, Tensor qk, Tensor v) {
    List<Row> rows = new ArrayList<>();
    for (int token = 0; token < qk.dim(1); token++) {
      rows.add(RowFactory.create(sequence, (long) token, row(qk, token), row(v, token)));
    }
    return rows;
  }

  /// The vectors of all heads of a token, one after the other.
  static Float[] row(Tensor tensor, int token) {
    int d = tensor.dim(2);
    Float[] row = new Float[tensor.dim(0) * d];
    for (int i = 0; i < row.length; i++) {
      row[i] = tensor.data()[(i / d * tensor.dim(1) + token) * d + i % d];
    }
    return row;
  }

  static Dataset<Row> data(List<Row> rows, int partitions) {
    return LocalSpark.session().createDataFrame(rows, SCHEMA).repartition(partitions);
  }
}
