package dev.reformer4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.generate.Pooling;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.train.Trainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a real cluster, a machine that goes down half-way costs time and nothing else.
class ClusterTest {
  @TempDir static Path directory;
  private static Cluster cluster;
  private static SparkSession session;

  @BeforeAll
  static void start() throws Exception {
    LocalSpark.stop();
    cluster = new Cluster(directory, "1g");
    cluster.addWorkers(2);
    session =
        cluster
            .session()
            .config("spark.executor.memory", "600m")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.plugins", HalfWay.class.getName())
            .config(HalfWay.DIRECTORY, directory.toString())
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    try {
      LocalSpark.stop();
    } finally {
      cluster.close();
    }
  }

  @BeforeEach
  void bothAreThere() throws Exception {
    cluster.addWorkers(2);
    Cluster.await(session, 2);
  }

  /// Does some work, on the way of which a worker is killed with the executor of one task.
  ///
  /// @param task the number of that task among those of the work
  private static <T> T withOneLost(int task, Callable<T> work) throws Exception {
    HalfWay.arm(directory, task);
    try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Long> killed =
          other.submit(() -> {
            long executor = HalfWay.await(directory);
            cluster.killWorkerOf(executor);
            return executor;
          });
      T result = work.call();
      assertThat(killed).as("killed before it was done").isDone();
      assertThat(isRunning(killed.get())).as("runs although it was killed").isFalse();
      return result;
    } finally {
      HalfWay.disarm(directory, task);
    }
  }

  /// A process that nobody has buried yet has a number, and no command any more.
  private static boolean isRunning(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().command()).isPresent();
  }

  /// Spark starts them with the module.
  @Test
  void executorsHaveVectors() {
    Vectors.checkExecutors(session.sparkContext(), true);
  }

  @Test
  void attentionSurvivesALostWorker() throws Exception {
    Random random = new Random(1);
    int n = 3000;
    Tensor qk = Tokens.normal(random, 2, n, 16, true);
    Tensor v = Tokens.normal(random, 2, n, 8, false);
    LshConfig config =
        LshConfig.defaults().withRounds(2).withCausal(true).withChunking(Chunking.CHUNKED);
    Tensor expected =
        new LshAttention(config, Rotations.seeded(3))
            .forward(AttentionInput.shared(qk, v), Workers.inline())
            .output();
    Dataset<Row> data =
        session.createDataFrame(Tokens.rows(9, qk, v), Tokens.SCHEMA).repartition(4);
    Dataset<Row> output =
        new DistributedLshAttention(config, Rotations.seeded(3))
            .withHeads(2)
            .withWhole(500)
            .withPartitions(8)
            .attend(data);
    // At least 1 task deals out the rows, 4 send and 8 attend: what the lost executor has done of
    // all that must be done again by the other.
    List<Row> rows = withOneLost(17, () -> output.collectAsList());
    assertThat(rows).hasSize(n);
    for (int token = 0; token < n; token++) {
      assertThat(rows.get(token).getLong(1)).isEqualTo(token);
      Float[] wanted = Tokens.row(expected, token);
      List<Float> got = rows.get(token).getList(2);
      for (int i = 0; i < wanted.length; i++) {
        assertThat(got.get(i)).isCloseTo(wanted[i], within(1e-5f));
      }
    }
  }

  @Test
  void inferenceSurvivesALostWorker() throws Exception {
    Path saved = SmallModel.in(directory.resolve("model"), HeadKind.LANGUAGE_MODEL);
    Reformer model = Reformer.load(saved);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      texts.add("text " + i + " " + "x".repeat(3 * i));
    }
    Dataset<Row> embedded =
        new ReformerTransformer()
            .setModel(saved.toString())
            .setInputCol("text")
            .setOutputCol("embedding")
            .setBatchBytes(500)
            .transform(session.createDataset(texts, Encoders.STRING()).toDF("text"));
    List<Row> rows = withOneLost(8, () -> embedded.collectAsList());
    assertThat(rows).extracting(row -> row.getString(0)).containsExactlyInAnyOrderElementsOf(texts);
    for (Row row : rows.subList(0, 20)) {
      int[] ids = Vocabulary.bytes().encode(row.getString(0));
      float[] expected = Pooling.MEAN.of(model.hidden(ids, Workers.inline())).data();
      for (int i = 0; i < expected.length; i++) {
        assertThat(row.<Float>getList(1).get(i)).isCloseTo(expected[i], within(1e-5f));
      }
    }
  }

  @Test
  void trainingSurvivesALostWorker() throws Exception {
    Trainer alone = TrainingTest.onOneMachine();
    Trainer spread =
        new Trainer(
            SmallModel.create(HeadKind.LANGUAGE_MODEL),
            TrainingTest.options(),
            new SparkGradients(session, 5));
    for (int i = 0; i < 3; i++) {
      alone.step(new TrainingTest.Patterns(), Workers.inline());
    }
    // After the job that looks for vectors every step is one of five tasks.
    withOneLost(
        4 + 5 + 3,
        () -> {
          for (int i = 0; i < 3; i++) {
            spread.step(new TrainingTest.Patterns(), Workers.inline());
          }
          return spread;
        });
    var others = spread.model().parameters().values().iterator();
    for (Parameter parameter : alone.model().parameters().values()) {
      float[] expected = parameter.value().data();
      float[] actual = others.next().value().data();
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).as(parameter.name()).isCloseTo(expected[i], within(1e-3f));
      }
    }
  }
}
