package dev.reformer4j.spark;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.executor.ShuffleWriteMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/// Measures attention over a cluster of this machine (`bench/scale.sh`). Every measurement is a
/// line of results, and compares a part of its output with the library before it counts, which is
/// timed for the same tokens in the same run.
final class ScaleMeasure {
  private static final int D = 64;
  private static final LshConfig CONFIG = LshConfig.defaults().withCausal(true);
  private static final long SEED = 7;
  private static final int SAMPLE = 4099;
  private static final String RESULTS = "results.txt";
  private static final DistributedLshAttention ATTENTION =
      new DistributedLshAttention(CONFIG, Rotations.seeded(SEED));

  private ScaleMeasure() {}

  /// `cluster EXECUTORS MEMORY DIR TOKENS…`, or `fit DIR`.
  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "cluster" ->
          cluster(
              Integer.parseInt(args[1]),
              args[2],
              Path.of(args[3]),
              Arrays.stream(args).skip(4).mapToInt(Integer::parseInt).toArray());
      case "fit" -> ScaleFit.print(Files.readAllLines(Path.of(args[1], RESULTS)));
      default -> throw new IllegalArgumentException("what to measure is " + args[0]);
    }
  }

  /// Numbers that depend on their place alone, about normal: the sum of four uniform ones.
  private static float number(long place) {
    long z = (place + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    long sum = (z & 0xFFFF) + (z >>> 16 & 0xFFFF) + (z >>> 32 & 0xFFFF) + (z >>> 48);
    return (float) ((sum / 65536.0 - 2) * Math.sqrt(3));
  }

  private static Dataset<Row> data(SparkSession session, Path directory, int tokens) {
    Path file = directory.resolve("tokens-" + tokens + ".parquet");
    if (!Files.exists(file)) {
      MapPartitionsFunction<Long, Row> rows = ScaleMeasure::rows;
      session
          .range(0, tokens, 1, 16)
          .mapPartitions(rows, Encoders.row(Tokens.SCHEMA))
          .write()
          .option("compression", "none")
          .parquet(file.toString());
    }
    return session.read().parquet(file.toString());
  }

  private static Iterator<Row> rows(Iterator<Long> positions) {
    return new Ahead<>() {
      @Override
      protected boolean more() {
        if (!positions.hasNext()) {
          return false;
        }
        long position = positions.next();
        List<Float> qk = new ArrayList<>(D);
        List<Float> v = new ArrayList<>(D);
        for (int k = 0; k < D; k++) {
          qk.add(number(2 * (position * D + k)));
          v.add(number(2 * (position * D + k) + 1));
        }
        add(
            RowFactory.create(
                0L,
                position,
                scala.jdk.javaapi.CollectionConverters.asScala(qk),
                scala.jdk.javaapi.CollectionConverters.asScala(v)));
        return true;
      }
    };
  }

  private static Tensor tensor(int tokens, int odd) {
    Tensor tensor = Tensor.zeros(1, tokens, D);
    IntStream.range(0, tokens)
        .parallel()
        .forEach(token -> {
          for (int k = 0; k < D; k++) {
            tensor.data()[token * D + k] = number(2 * ((long) token * D + k) + odd);
          }
        });
    return tensor;
  }

  /// What goes through shuffles.
  private static final class Shuffles extends SparkListener {
    final AtomicLong rows = new AtomicLong();
    final AtomicLong bytes = new AtomicLong();
    final AtomicLong spilled = new AtomicLong();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      ShuffleWriteMetrics written = end.taskMetrics().shuffleWriteMetrics();
      rows.addAndGet(written.recordsWritten());
      bytes.addAndGet(written.bytesWritten());
      spilled.addAndGet(end.taskMetrics().diskBytesSpilled());
    }
  }

  private static void cluster(int executors, String memory, Path directory, int[] sizes)
      throws Exception {
    Path scratch = Files.createTempDirectory(directory, "cluster-");
    // To the heap of an executor Spark adds what it needs beside it, and a worker must have both.
    try (Cluster cluster = new Cluster(scratch, "64g")) {
      cluster.addWorkers(executors);
      try (SparkSession session =
          cluster
              .session()
              .config("spark.executor.memory", memory)
              .config("spark.local.dir", scratch.toString())
              .getOrCreate()) {
        Cluster.await(session, executors);
        // Classes and compiled code: a small run before those that count.
        ATTENTION.withWhole(64).attend(data(session, directory, 1 << 16)).count();
        for (int tokens : sizes) {
          String line = measure(tokens, data(session, directory, tokens), session);
          tell(directory.resolve(RESULTS), executors + " " + memory + " " + line);
        }
      }
    }
  }

  /// `tokens seconds rows bytes spilled library`: rows and bytes by token and round, spilled bytes
  /// of all, and seconds of the library with two threads.
  private static String measure(int tokens, Dataset<Row> data, SparkSession session)
      throws Exception {
    Shuffles shuffles = new Shuffles();
    session.sparkContext().addSparkListener(shuffles);
    long begun = System.nanoTime();
    List<Row> sample =
        ATTENTION.attend(data).where("position % " + SAMPLE + " = 0").collectAsList();
    double seconds = (System.nanoTime() - begun) * 1e-9;
    session.sparkContext().listenerBus().waitUntilEmpty();
    session.sparkContext().removeSparkListener(shuffles);
    double library = compare(tokens, sample);
    double each = (double) tokens * CONFIG.rounds();
    return String.format(
        Locale.ROOT,
        "%d %.1f %.4f %.1f %d %.2f",
        tokens,
        seconds,
        shuffles.rows.get() / each,
        shuffles.bytes.get() / each,
        shuffles.spilled.get(),
        library);
  }

  /// Compares with the library.
  ///
  /// @return its seconds, the better of two times
  private static double compare(int tokens, List<Row> sample) {
    AttentionInput input = AttentionInput.shared(tensor(tokens, 0), tensor(tokens, 1));
    LshAttention attention = new LshAttention(CONFIG, Rotations.seeded(SEED));
    Tensor expected = input.value();
    double best = Double.POSITIVE_INFINITY;
    try (Workers workers = Workers.of(2)) {
      for (int i = 0; i < 2; i++) {
        long begun = System.nanoTime();
        expected = attention.forward(input, workers).output();
        best = Math.min(best, (System.nanoTime() - begun) * 1e-9);
      }
    }
    if (sample.size() != (tokens - 1) / SAMPLE + 1) {
      throw new IllegalStateException(sample.size() + " rows came back");
    }
    for (Row row : sample) {
      List<Float> output = row.getList(2);
      for (int k = 0; k < D; k++) {
        float wanted = expected.data()[(int) row.getLong(1) * D + k];
        if (!(Math.abs(output.get(k) - wanted) <= 1e-5)) {
          throw new IllegalStateException(
              "position " + row.getLong(1) + " has " + output.get(k) + ", not " + wanted);
        }
      }
    }
    return best;
  }

  private static void tell(Path results, String line) throws IOException {
    System.out.println(line);
    Files.writeString(results, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
