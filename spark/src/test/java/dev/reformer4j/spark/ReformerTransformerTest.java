package dev.reformer4j.spark;

import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.generate.GenerateRequest;
import dev.reformer4j.generate.Generator;
import dev.reformer4j.generate.NextLogits;
import dev.reformer4j.generate.Pooling;
import dev.reformer4j.generate.Sampling;
import dev.reformer4j.generate.Score;
import dev.reformer4j.generate.Scorer;
import dev.reformer4j.generate.TextListener;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the stage says of a text is what the library says, whichever task it is read in.
class ReformerTransformerTest {
  @TempDir static Path models;
  private static Path speaker;
  private static Path classifier;
  private static final List<String> TEXTS = texts();

  @BeforeAll
  static void save() throws Exception {
    speaker = SmallModel.in(Files.createDirectory(models.resolve("lm")), HeadKind.LANGUAGE_MODEL);
    classifier =
        SmallModel.in(Files.createDirectory(models.resolve("cls")), HeadKind.CLASSIFICATION);
  }

  /// Most are short, some are long, and some are the same.
  private static List<String> texts() {
    Random random = new Random(1);
    List<String> texts = new ArrayList<>(List.of("ok", "ok", "ok", "né à Łódź"));
    for (int i = 0; i < 30; i++) {
      StringBuilder text = new StringBuilder();
      int length = 2 + random.nextInt(i % 5 == 0 ? 280 : 30);
      while (text.length() < length) {
        text.append((char) ('a' + random.nextInt(26)));
      }
      texts.add(text.toString());
    }
    return texts;
  }

  private static Dataset<Row> data(List<String> texts) {
    return LocalSpark.session().createDataset(texts, Encoders.STRING()).toDF("text").repartition(3);
  }

  private static ReformerTransformer stage(Path model, String task) {
    return new ReformerTransformer()
        .setModel(model.toString())
        .setInputCol("text")
        .setTask(task)
        .setBatchBytes(200)
        .setMaxNewTokens(5);
  }

  @Test
  void embeddingsAreTheLibrarys() throws Exception {
    Reformer model = Reformer.load(speaker);
    List<Row> rows = stage(speaker, "embed").transform(data(TEXTS)).collectAsList();
    assertThat(rows).extracting(row -> row.getString(0)).containsExactlyInAnyOrderElementsOf(TEXTS);
    for (Row row : rows) {
      int[] ids = Vocabulary.bytes().encode(row.getString(0));
      float[] expected = Pooling.MEAN.of(model.hidden(ids, Workers.inline())).data();
      List<Float> actual = row.getList(1);
      assertThat(actual).hasSize(expected.length);
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual.get(i)).isEqualTo(expected[i]);
      }
    }
  }

  @Test
  void scoresAreTheLibrarys() throws Exception {
    Scorer scorer = Scorer.of(Reformer.load(speaker), Vocabulary.bytes(), 50, Workers.inline());
    List<Row> rows = stage(speaker, "score").setWindow(50).transform(data(TEXTS)).collectAsList();
    assertThat(rows).hasSameSizeAs(TEXTS);
    for (Row row : rows) {
      Score score = scorer.score(row.getString(0));
      Row actual = row.getStruct(1);
      assertThat(new Score(actual.getDouble(0), actual.getLong(1), actual.getLong(2)))
          .isEqualTo(score);
    }
  }

  @Test
  void labelsAreTheLibrarys() throws Exception {
    Reformer model = Reformer.load(classifier);
    List<Row> rows = stage(classifier, "classify").transform(data(TEXTS)).collectAsList();
    assertThat(rows).hasSameSizeAs(TEXTS);
    for (Row row : rows) {
      int[] ids = Vocabulary.bytes().encode(row.getString(0));
      float[] logits = model.logits(ids, Workers.inline()).data();
      List<Double> probabilities = row.getStruct(1).getList(1);
      assertThat(probabilities.stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-12));
      int label = model.config().labels().indexOf(row.getStruct(1).getString(0));
      for (int i = 0; i < logits.length; i++) {
        assertThat(logits[label]).isGreaterThanOrEqualTo(logits[i]);
        assertThat(Math.log(probabilities.get(label) / probabilities.get(i)))
            .isCloseTo(logits[label] - logits[i], within(1e-5));
      }
    }
  }

  @Test
  void generatedTextsAreTheLibrarysAndDependOnTheirSeedAlone() throws Exception {
    Generator generator =
        new Generator(
            NextLogits.remembering(Reformer.load(speaker), Workers.inline()), Vocabulary.bytes());
    GenerateRequest request =
        GenerateRequest.of(Sampling.greedy(), 5)
            .withEndIds(Set.copyOf(Reformer.load(speaker).config().eosIds()));
    for (Row row : stage(speaker, "generate").transform(data(TEXTS)).collectAsList()) {
      String expected =
          generator
              .generate(List.of(row.getString(0)), request, TextListener.none())
              .completions()
              .getFirst()
              .text();
      assertThat(row.getString(1)).isEqualTo(expected);
    }
    ReformerTransformer drawing = stage(speaker, "generate").setTemperature(1).setSeed(3);
    List<Row> once = drawing.transform(data(TEXTS)).orderBy("text").collectAsList();
    List<Row> again =
        drawing.setBatchBytes(5000).transform(data(TEXTS)).orderBy("text").collectAsList();
    assertThat(again).isEqualTo(once);
  }

  @Test
  void aPipelineIsSavedWithItsSettings(@TempDir Path directory) throws Exception {
    PipelineModel pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {stage(speaker, "score").setWindow(40).setOutputCol("s")})
            .fit(data(TEXTS));
    String path = directory.resolve("pipeline").toString();
    pipeline.write().save(path);
    List<Row> expected = pipeline.transform(data(TEXTS)).orderBy("text").collectAsList();
    List<Row> actual =
        PipelineModel.load(path).transform(data(TEXTS)).orderBy("text").collectAsList();
    assertThat(actual).isEqualTo(expected);
    ReformerTransformer stage =
        (ReformerTransformer) PipelineModel.load(path).stages()[0].copy(ParamMap.empty());
    assertThat(stage.getOrDefault(stage.window())).isEqualTo(40);
    assertThat(stage.getOrDefault(stage.model())).isEqualTo(speaker.toString());
  }

  @Test
  void executorsMayFindTheModelThemselves() {
    assertThat(
            stage(speaker, "embed")
                .setShip(false)
                .transform(data(TEXTS))
                .orderBy("text")
                .collectAsList())
        .isEqualTo(stage(speaker, "embed").transform(data(TEXTS)).orderBy("text").collectAsList());
  }

  @Test
  void longTextsComeFirstAndNoBatchIsLarge() {
    List<Row> counts =
        Batches.of(data(TEXTS), "text", 200)
            .selectExpr("spark_partition_id() as p", "length(text) as n")
            .groupBy("p")
            .agg(max("n"), sum("n"))
            .orderBy("p")
            .collectAsList();
    int before = Integer.MAX_VALUE;
    for (Row row : counts) {
      assertThat(row.getInt(1)).isLessThanOrEqualTo((int) (before * 1.2));
      assertThat(row.getLong(2)).isLessThanOrEqualTo(500);
      before = row.getInt(1);
    }
    assertThat(counts.size()).isGreaterThan(5);
  }

  @Test
  void whatCannotBeReadIsToldOnTheDriver() throws Exception {
    refused(stage(models.resolve("nothing"), "embed"), TEXTS, "nothing");
    refused(stage(classifier, "generate"), TEXTS, "which cannot generate; give another model");
    refused(stage(speaker, "classify"), TEXTS, "which cannot classify");
    refused(stage(speaker, "embed").setInputCol("txt"), TEXTS, "no column txt among [text]");
    refused(stage(speaker, "embed").setOutputCol("text"), TEXTS, "a column text already");
    refused(new ReformerTransformer().setInputCol("text"), TEXTS, "model is not set");
    refused(stage(speaker, "embed"), List.of("a", ""), "has 1 empty texts");
    List<String> nulls = new ArrayList<>(TEXTS);
    nulls.add(null);
    refused(stage(speaker, "embed"), nulls, "has 1 rows without a text");
    assertThatThrownBy(() -> new ReformerTransformer().setTask("sing"))
        .isInstanceOf(BadInputException.class)
        .hasMessage("task is 'sing', but must be one of embed, score, classify, generate");
    Path broken = Files.createDirectory(models.resolve("broken"));
    Files.copy(speaker.resolve("config.json"), broken.resolve("config.json"));
    refused(stage(broken, "embed"), TEXTS, "broken");
  }

  @Test
  void whatAnExecutorCannotReadIsToldOnTheDriver() throws Exception {
    SparkContext context = LocalSpark.session().sparkContext();
    Path moved =
        SmallModel.in(Files.createDirectory(models.resolve("moved")), HeadKind.LANGUAGE_MODEL);
    ModelFolder folder = ModelFolder.of(moved, Task.EMBED, false, context);
    folder.checkOnExecutors(context);
    Files.writeString(moved.resolve("more.txt"), "more");
    assertThatThrownBy(() -> folder.checkOnExecutors(context))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(
            "holds other files than on the driver; copy the model there, or set ship");
    Files.move(moved, models.resolve("elsewhere"));
    assertThatThrownBy(() -> folder.checkOnExecutors(context))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("put the model where every executor finds it, or set ship");
  }

  private static void refused(ReformerTransformer stage, List<String> texts, String part) {
    assertThatThrownBy(() -> stage.transform(data(texts)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(part);
  }

  /// How many tokens a text has turns out when it is read.
  @Test
  void aTextThatIsTooLongLeavesNoOutput(@TempDir Path directory) {
    List<String> texts = new ArrayList<>(TEXTS);
    texts.add("x".repeat(400));
    Dataset<Row> embedded = stage(speaker, "embed").transform(data(texts));
    Path out = directory.resolve("out");
    assertThatThrownBy(() -> embedded.write().parquet(out.toString()))
        .isInstanceOf(SparkException.class)
        .hasStackTraceContaining("a text of 400 tokens that begins 'xxxx")
        .hasStackTraceContaining("cut it, or set truncate");
    assertThat(out.resolve("_SUCCESS")).doesNotExist();
    assertThat(out.toFile().list((_, name) -> name.startsWith("part-"))).isNullOrEmpty();
    assertThat(stage(speaker, "embed").setTruncate(true).transform(data(texts)).count())
        .isEqualTo(texts.size());
  }
}
