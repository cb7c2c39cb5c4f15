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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
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
    SparkSession.getActiveSession()
        .foreach(other -> {
          other.stop();
          return null;
        });
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    cluster = new Cluster(directory, "1g");
    cluster.addWorker();
    cluster.addWorker();
    session =
        cluster
            .session()
            .config("spark.executor.memory", "600m")
            .config("spark.sql.shuffle.partitions", "4")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    try {
      session.stop();
      SparkSession.clearActiveSession();
      SparkSession.clearDefaultSession();
    } finally {
      cluster.close();
    }
  }

  @BeforeEach
  void bothAreThere() throws Exception {
    Cluster.await(session, 2);
  }

  /// Kills a worker when so many tasks have ended.
  private static final class Killer extends SparkListener {
    private final int tasks;
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicBoolean halfWay = new AtomicBoolean();
    private final AtomicInteger lost = new AtomicInteger();

    Killer(int tasks) {
      this.tasks = tasks;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (ended.incrementAndGet() == tasks) {
        cluster.killWorker();
        halfWay.set(!done.get());
      }
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
      lost.incrementAndGet();
    }
  }

  /// Does some work, of which a worker is killed on the way, and sees to it that there are two
  /// again.
  private static <T> T withOneLost(int tasks, Callable<T> work) throws Exception {
    Killer killer = new Killer(tasks);
    session.sparkContext().addSparkListener(killer);
    try {
      T result = work.call();
      killer.done.set(true);
      assertThat(killer.halfWay).as("killed before it was done").isTrue();
      assertThat(killer.lost).as("executors lost").hasPositiveValue();
      return result;
    } finally {
      session.sparkContext().removeSparkListener(killer);
      cluster.addWorker();
    }
  }

  @Test
  void attentionSurvivesALostWorker() throws Exception {
    Random random = new Random(1);
    int n = 6000;
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
            .withWhole(1000)
            .withPartitions(8)
            .attend(data);
    // 4 tasks send, 8 attend, 8 merge; those before them deal out the rows.
    List<Row> rows = withOneLost(9, () -> output.collectAsList());
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
    for (int i = 0; i < 200; i++) {
      texts.add("text " + i + " " + "x".repeat(i));
    }
    Dataset<Row> embedded =
        new ReformerTransformer()
            .setModel(saved.toString())
            .setInputCol("text")
            .setOutputCol("embedding")
            .setBatchBytes(500)
            .transform(session.createDataset(texts, Encoders.STRING()).toDF("text"));
    List<Row> rows = withOneLost(12, () -> embedded.collectAsList());
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
    withOneLost(
        8,
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
