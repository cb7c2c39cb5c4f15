package dev.reformer4j.spark.submit;

import dev.reformer4j.spark.ReformerTransformer;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `read`.
@Command(
    name = "read",
    sortOptions = false,
    description = "Embeds, scores, classifies or goes on with the texts of a column.")
final class Read implements Callable<Integer> {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "Directory of a model, where the driver finds it.")
  private String model = "";

  @Option(
      names = "--task",
      paramLabel = "TASK",
      required = true,
      description = "embed, score, classify or generate.")
  private String task = "";

  @Mixin private Files files;

  @Option(
      names = "--column",
      paramLabel = "NAME",
      defaultValue = "value",
      description = "Column of the texts. Default: ${DEFAULT-VALUE}.")
  private String column = "";

  @Option(
      names = "--out-column",
      paramLabel = "NAME",
      defaultValue = "output",
      description = "Column that is added. Default: ${DEFAULT-VALUE}.")
  private String outColumn = "";

  @Option(
      names = "--truncate",
      description = "Of a text too long for the model read the beginning.")
  private boolean truncate;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "Of generate. Default: ${DEFAULT-VALUE}.")
  private int maxNewTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description = "Of generate; 0, the default, takes the likeliest token.")
  private double temperature;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of what is drawn. Default: 0.")
  private long seed;

  @Option(
      names = "--no-ship",
      description = "Executors find the model at the same path; else Spark brings it to them.")
  private boolean stay;

  @Option(names = "--require-vectors", description = "Refuse executors without the Vector API.")
  private boolean vectorsRequired;

  @Override
  public Integer call() throws IOException {
    ReformerTransformer stage =
        new ReformerTransformer()
            .setModel(model)
            .setTask(task)
            .setInputCol(column)
            .setOutputCol(outColumn)
            .setTruncate(truncate)
            .setMaxNewTokens(maxNewTokens)
            .setTemperature(temperature)
            .setSeed(seed)
            .setShip(!stay)
            .setVectorsRequired(vectorsRequired);
    try (SparkSession session = SparkSession.builder().appName("reformer4j").getOrCreate()) {
      files.write(stage.transform(files.read(session)));
    }
    return 0;
  }
}
