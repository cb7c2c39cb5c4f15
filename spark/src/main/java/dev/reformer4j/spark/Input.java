package dev.reformer4j.spark;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/// The data of a distributed attention, seen through once: what can be wrong with them is said
/// here.
///
/// @param rows the data
/// @param sequence the type of the sequences' names
/// @param facts of all rows
record Input(Dataset<TokenRow> rows, DataType sequence, InputFacts facts) {
  private static final String SEQUENCE = "sequence";
  private static final String POSITION = "position";
  private static final String QK = "qk";
  private static final String V = "v";
  private static final String HAS_NULL = "hasNull";

  static final Encoder<TokenRow> ENCODER = Encoders.bean(TokenRow.class);

  /// The most tokens of a sequence: positions are `int`s in the kernels.
  private static final int LONGEST = Integer.MAX_VALUE - 64;

  private static final Set<DataType> WHOLE_NUMBERS =
      Set.of(DataTypes.LongType, DataTypes.IntegerType, DataTypes.ShortType, DataTypes.ByteType);

  /// Looks at all rows, which is a job.
  ///
  /// @throws BadInputException if they cannot be attended over
  static Input check(Dataset<Row> data) {
    DataType sequence = checkColumns(data.schema());
    Dataset<TokenRow> rows = rows(data);
    JavaRDD<InputFacts> parts =
        rows.javaRDD().mapPartitions(part -> List.of(InputFacts.of(part)).iterator());
    InputFacts facts =
        parts.getNumPartitions() == 0 ? new InputFacts() : parts.treeReduce(InputFacts::and);
    if (!facts.problem().isEmpty()) {
      throw new BadInputException(facts.problem());
    }
    for (Map.Entry<String, InputFacts.Positions> entry : facts.sequences().entrySet()) {
      checkPositions(data, entry.getKey(), entry.getValue());
    }
    return new Input(rows, sequence, facts);
  }

  private static DataType checkColumns(StructType schema) {
    for (String name : List.of(SEQUENCE, POSITION, QK, V)) {
      if (!List.of(schema.fieldNames()).contains(name)) {
        throw new BadInputException(
            "the data have no column "
                + name
                + " among "
                + List.of(schema.fieldNames())
                + "; give sequence, position, qk and v");
      }
    }
    DataType sequence = type(schema, SEQUENCE);
    if (!WHOLE_NUMBERS.contains(sequence) && !sequence.equals(DataTypes.StringType)) {
      throw wrongType(SEQUENCE, sequence, "a string or a whole number");
    }
    if (!WHOLE_NUMBERS.contains(type(schema, POSITION))) {
      throw wrongType(POSITION, type(schema, POSITION), "a whole number");
    }
    for (String name : List.of(QK, V)) {
      DataType type = type(schema, name);
      boolean numbers =
          type instanceof ArrayType array
              && (array.elementType().equals(DataTypes.FloatType)
                  || array.elementType().equals(DataTypes.DoubleType));
      if (!numbers) {
        throw wrongType(
            name, type, "array<float> (vector_to_array makes one of a vector of Spark ML)");
      }
    }
    return sequence;
  }

  private static DataType type(StructType schema, String name) {
    return schema.apply(name).dataType();
  }

  private static BadInputException wrongType(String name, DataType type, String wanted) {
    return new BadInputException(
        "column "
            + name
            + " is "
            + type.sql().toLowerCase(Locale.ROOT)
            + ", but must be "
            + wanted);
  }

  private static Dataset<TokenRow> rows(Dataset<Row> data) {
    StructType schema = data.schema();
    Column anyNull = lit(false);
    for (String name : List.of(SEQUENCE, POSITION, QK, V)) {
      if (schema.apply(name).nullable()) {
        anyNull = anyNull.or(col(name).isNull());
      }
    }
    for (String name : List.of(QK, V)) {
      if (((ArrayType) type(schema, name)).containsNull()) {
        // Whether it contains something is unknown, which is null, if it contains nulls. Asking
        // every element instead (exists) takes Spark longer than the attention, since it looks its
        // settings up each time. An array with nulls and NaN is found out by the NaN.
        boolean isDouble =
            ((ArrayType) type(schema, name)).elementType().equals(DataTypes.DoubleType);
        Column nan = isDouble ? lit(Double.NaN) : lit(Float.NaN);
        anyNull = anyNull.or(array_contains(col(name), nan).isNull());
      }
    }
    Column empty = lit(new float[0]);
    return data.select(
            coalesce(col(SEQUENCE).cast(DataTypes.StringType), lit("null")).as(SEQUENCE),
            coalesce(col(POSITION).cast(DataTypes.LongType), lit(-1L)).as(POSITION),
            when(anyNull, empty).otherwise(col(QK).cast("array<float>")).as(QK),
            when(anyNull, empty).otherwise(col(V).cast("array<float>")).as(V),
            anyNull.as(HAS_NULL))
        .as(ENCODER);
  }

  private static void checkPositions(
      Dataset<Row> data, String name, InputFacts.Positions positions) {
    if (positions.count > LONGEST) {
      throw new BadInputException(
          "sequence " + name + " has " + positions.count + " rows; the most are " + LONGEST);
    }
    if (positions.areWhole()) {
      return;
    }
    Dataset<Row> own =
        data.where(col(SEQUENCE).cast(DataTypes.StringType).equalTo(name))
            .select(col(POSITION).cast(DataTypes.LongType).as(POSITION));
    List<Row> twice =
        own.groupBy(POSITION)
            .agg(count(lit(1)).as("rows"))
            .where("rows > 1")
            .orderBy(POSITION)
            .takeAsList(1);
    if (!twice.isEmpty()) {
      throw new BadInputException(
          "position "
              + twice.getFirst().getLong(0)
              + " of sequence "
              + name
              + " stands in "
              + twice.getFirst().getLong(1)
              + " rows; every position must stand in one");
    }
    long missing =
        positions.least > 0
            ? 0
            : own.select(col(POSITION).plus(1).as(POSITION))
                .except(own)
                .orderBy(POSITION)
                .takeAsList(1)
                .getFirst()
                .getLong(0);
    throw new BadInputException(
        "sequence "
            + name
            + " has a position "
            + positions.largest
            + " but no "
            + missing
            + "; its positions must be 0 to its length less 1, each once");
  }
}
