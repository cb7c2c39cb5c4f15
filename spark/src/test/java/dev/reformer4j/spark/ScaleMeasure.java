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
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.executor.ShuffleWriteMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/// Measures attention over a cluster of this machine (`bench/scale.sh`): each call of [#main] one
/// run, and a line of its results. Every run compares a part of its output with the library before
/// it counts.
final class ScaleMeasure {
  private static final int D = 64;
  private static final LshConfig CONFIG = LshConfig.defaults().withCausal(true);
  private static final long SEED = 7;
  private static final int SAMPLE = 4099;

  private ScaleMeasure() {}

  /// `data TOKENS DIR`, `library TOKENS RESULTS`, or `cluster TOKENS EXECUTORS MEMORY DIR RESULTS`.
  public static void main(String[] args) throws Exception {
    int tokens = Integer.parseInt(args[1]);
    switch (args[0]) {
      case "data" -> writeData(tokens, Path.of(args[2]));
      case "library" -> library(tokens, Path.of(args[2]));
      case "cluster" ->
          cluster(tokens, Integer.parseInt(args[2]), args[3], Path.of(args[4]), Path.of(args[5]));
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

  private static void writeData(int tokens, Path directory) throws IOException {
    Path file = data(directory, tokens);
    if (Files.exists(file)) {
      return;
    }
    try (SparkSession session = LocalSpark.session()) {
      MapPartitionsFunction<Long, Row> rows = ScaleMeasure::rows;
      session
          .range(0, tokens, 1, 16)
          .mapPartitions(rows, Encoders.row(Tokens.SCHEMA))
          .write()
          .option("compression", "none")
          .parquet(file.toString());
    }
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

  private static Path data(Path directory, int tokens) {
    return directory.resolve("tokens-" + tokens + ".parquet");
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

  private static Tensor expected(int tokens, Workers workers) {
    AttentionInput input = AttentionInput.shared(tensor(tokens, 0), tensor(tokens, 1));
    return new LshAttention(CONFIG, Rotations.seeded(SEED)).forward(input, workers).output();
  }

  private static void library(int tokens, Path results) throws IOException {
    AttentionInput input = AttentionInput.shared(tensor(tokens, 0), tensor(tokens, 1));
    LshAttention attention = new LshAttention(CONFIG, Rotations.seeded(SEED));
    double best = Double.POSITIVE_INFINITY;
    try (Workers workers = Workers.of(2)) {
      for (int i = 0; i < 5; i++) {
        long begun = System.nanoTime();
        attention.forward(input, workers);
        best = Math.min(best, (System.nanoTime() - begun) * 1e-9);
      }
    }
    tell(results, "library %d 2 - %.3f".formatted(tokens, best));
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

  private static void cluster(
      int tokens, int executors, String memory, Path directory, Path results) throws Exception {
    Path scratch = Files.createTempDirectory(directory, "cluster-");
    try (Cluster cluster = new Cluster(scratch, memory)) {
      cluster.addWorkers(executors);
      try (SparkSession session =
          cluster
              .session()
              .config("spark.executor.memory", memory)
              .config("spark.local.dir", scratch.toString())
              .getOrCreate()) {
        Cluster.await(session, executors);
        measure(tokens, executors, memory, directory, results, session);
      }
    }
  }

  private static void measure(
      int tokens, int executors, String memory, Path directory, Path results, SparkSession session)
      throws Exception {
    DistributedLshAttention attention = new DistributedLshAttention(CONFIG, Rotations.seeded(SEED));
    // Classes and code: a small run before the one that counts.
    attention
        .withWhole(64)
        .attend(
            session.read().parquet(data(directory, tokens).toString()).where("position < 65536"))
        .count();
    Shuffles shuffles = new Shuffles();
    session.sparkContext().addSparkListener(shuffles);
    long begun = System.nanoTime();
    List<Row> sample =
        attention
            .attend(session.read().parquet(data(directory, tokens).toString()))
            .where("position % " + SAMPLE + " = 0")
            .collectAsList();
    double seconds = (System.nanoTime() - begun) * 1e-9;
    session.sparkContext().listenerBus().waitUntilEmpty();
    check(tokens, sample);
    double each = (double) tokens * CONFIG.rounds();
    tell(
        results,
        "cluster %d %d %s %.1f %.4f %.1f %d"
            .formatted(
                tokens,
                executors,
                memory,
                seconds,
                shuffles.rows.get() / each,
                shuffles.bytes.get() / each,
                shuffles.spilled.get()));
  }

  private static void check(int tokens, List<Row> sample) {
    Tensor expected;
    try (Workers workers = Workers.allProcessors()) {
      expected = expected(tokens, workers);
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
  }

  private static void tell(Path results, String line) throws IOException {
    System.out.println(line);
    Files.writeString(
        results,
        String.format(Locale.ROOT, "%s%n", line),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
