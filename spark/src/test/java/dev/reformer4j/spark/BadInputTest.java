package dev.reformer4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

/// Data that cannot be attended over are refused on the driver, in one sentence, before anything is
/// computed.
class BadInputTest {
  private static List<Row> good() {
    Random random = new Random(2);
    Tensor qk = Tokens.normal(random, 2, 30, 3, false);
    return Tokens.rows(4, qk, Tokens.normal(random, 2, 30, 2, false));
  }

  private static DistributedLshAttention attention() {
    return new DistributedLshAttention(LshConfig.defaults().withChunk(4), Rotations.seeded(1))
        .withHeads(2)
        .withWhole(4)
        .withPartitions(3);
  }

  private static void refused(Consumer<List<Row>> spoil, String sentence) {
    List<Row> rows = new ArrayList<>(good());
    spoil.accept(rows);
    refused(Tokens.data(rows, 3), sentence);
  }

  private static void refused(Dataset<Row> data, String sentence) {
    assertThatThrownBy(() -> attention().attend(data))
        .isInstanceOf(BadInputException.class)
        .hasMessage(sentence);
  }

  private static Row changed(Row row, int column, Object value) {
    Object[] values = {row.get(0), row.get(1), row.get(2), row.get(3)};
    values[column] = value;
    return RowFactory.create(values);
  }

  private static void change(List<Row> rows, int row, int column, Object value) {
    rows.set(row, changed(rows.get(row), column, value));
  }

  @Test
  void goodDataAreNot() {
    assertThat(attention().attend(Tokens.data(good(), 3)).count()).isEqualTo(30);
  }

  @Test
  void columns() {
    Dataset<Row> data = Tokens.data(good(), 1);
    refused(
        data.drop("v"),
        "the data have no column v among [sequence, position, qk]; give sequence, position, qk and"
            + " v");
    refused(
        data.selectExpr("sequence", "position", "cast(qk as string) as qk", "v"),
        "column qk is string, but must be array<float> (vector_to_array makes one of a vector of"
            + " Spark ML)");
    refused(
        data.selectExpr("sequence", "position / 2 as position", "qk", "v"),
        "column position is double, but must be a whole number");
    refused(
        data.selectExpr("array(sequence) as sequence", "position", "qk", "v"),
        "column sequence is array<bigint>, but must be a string or a whole number");
  }

  @Test
  void positions() {
    refused(
        rows -> rows.add(rows.get(7)),
        "position 7 of sequence 4 stands in 2 rows; every position must stand in one");
    refused(
        rows -> change(rows, 7, 1, 8L),
        "position 8 of sequence 4 stands in 2 rows; every position must stand in one");
    refused(
        rows -> rows.remove(7),
        "sequence 4 has a position 29 but no 7; its positions must be 0 to its length less 1, each"
            + " once");
    refused(
        rows -> rows.remove(0),
        "sequence 4 has a position 29 but no 0; its positions must be 0 to its length less 1, each"
            + " once");
    refused(
        rows -> change(rows, 7, 1, -7L),
        "position -7 of sequence 4 does not exist; positions count from 0");
    refused(
        rows -> change(rows, 29, 1, 1L << 40),
        "sequence 4 has a position 1099511627776 but no 29; its positions must be 0 to its length"
            + " less 1, each once");
  }

  @Test
  void vectors() {
    Float[] six = {1f, 2f, 3f, 4f, 5f, 6f};
    assertThatThrownBy(
            () -> {
              List<Row> rows = new ArrayList<>(good());
              change(rows, 7, 3, six);
              attention().attend(Tokens.data(rows, 3));
            })
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("position 7 of sequence 4")
        .hasMessageContaining("all rows must have as many");
    refused(
        rows -> change(rows, 7, 2, new Float[] {1f, 2f, 3f, Float.NaN, 5f, 6f}),
        "position 7 of sequence 4 has a number in qk that is not finite, or too large to be"
            + " squared");
    refused(
        rows -> change(rows, 7, 2, new Float[] {1f, 2f, 3f, 1e30f, 5f, 6f}),
        "position 7 of sequence 4 has a number in qk that is not finite, or too large to be"
            + " squared");
    refused(
        rows -> change(rows, 7, 3, new Float[] {1f, 2f, 3f, Float.NEGATIVE_INFINITY}),
        "position 7 of sequence 4 has a number in v that is not finite");
    assertThatThrownBy(() -> attention().withHeads(4).attend(Tokens.data(good(), 1)))
        .hasMessage(
            "column qk holds 6 numbers a row, which are not 4 heads of one length; call withHeads"
                + " with the number of heads");
  }

  @Test
  void nulls() {
    for (int column : new int[] {0, 1, 2, 3}) {
      assertThatThrownBy(
              () -> {
                List<Row> rows = new ArrayList<>(good());
                change(rows, 7, column, null);
                attention().attend(Tokens.data(rows, 3));
              })
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("has a null in one of its columns");
    }
    refused(
        rows -> change(rows, 7, 2, new Float[] {1f, 2f, 3f, null, 5f, 6f}),
        "position 7 of sequence 4 has a null in one of its columns; every one of them needs a"
            + " value");
  }

  @Test
  void settings() {
    assertThatThrownBy(() ->
            new DistributedLshAttention(
                LshConfig.defaults().withCountOnce(true), Rotations.seeded(1)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("attend without it, or on one machine");
    assertThatThrownBy(() -> attention().withHeads(0)).hasMessageContaining("heads is 0");
    assertThatThrownBy(() -> attention().withWhole(3)).hasMessageContaining("give as many or more");
    assertThatThrownBy(() -> attention().withPartitions(0)).hasMessageContaining("1 to 65536");
    assertThatThrownBy(() -> new SparkGradients(LocalSpark.session(), 0))
        .hasMessageContaining("slices is 0");
  }

  @Test
  void noRowsAreNoResult() {
    assertThat(attention().attend(Tokens.data(List.of(), 1)).count()).isZero();
    assertThat(attention().attend(Tokens.data(good(), 1).where("position < 0")).columns())
        .containsExactly("sequence", "position", "output", "logSumExp");
  }

  /// What is read twice must be the same twice.
  @Test
  void dataThatChangeAreFoundOut() {
    Random random = new Random(2);
    Tensor qk = Tokens.normal(random, 2, 2000, 3, false);
    Tensor v = Tokens.normal(random, 2, 2000, 2, false);
    MapFunction<Row, Row> shake =
        row -> {
          List<Float> numbers = new ArrayList<>();
          for (Float number : row.<Float>getList(2)) {
            numbers.add(number + ThreadLocalRandom.current().nextFloat(-3, 3));
          }
          return changed(row, 2, numbers.toArray(Float[]::new));
        };
    Dataset<Row> data =
        Tokens.data(Tokens.rows(4, qk, v), 2).map(shake, Encoders.row(Tokens.SCHEMA));
    Dataset<Row> result = attention().attend(data);
    assertThatThrownBy(result::collectAsList)
        .hasStackTraceContaining("the data have changed between two passes");
  }

  @Test
  void executorsWithoutVectorsAreRefusedWhereTheyAreRequired() {
    Vectors.check(List.of(), true);
    assertThatThrownBy(() -> Vectors.check(List.of("3 on a", "4 on b"), true))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "executor 3 on a and 1 others have no module jdk.incubator.vector, which was required;"
                + " add --add-modules=jdk.incubator.vector to spark.executor.extraJavaOptions (with"
                + " --master local to spark.driver.extraJavaOptions)");
  }

  @Test
  void executorsWithoutVectorsAreWarnedOfOnce() {
    List<String> told = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord telling) {
            told.add(telling.getLevel() + " " + telling.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(Vectors.class.getName());
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try {
      Vectors.check(List.of("3 on a"), false);
      Vectors.check(List.of("3 on a", "4 on b"), false);
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
    assertThat(told)
        .containsExactly(
            "WARNING executor 3 on a has no module jdk.incubator.vector, and computes with plain"
                + " scalar code, many times slower and with the same results; add"
                + " --add-modules=jdk.incubator.vector to spark.executor.extraJavaOptions (with"
                + " --master local to spark.driver.extraJavaOptions)");
  }
}
