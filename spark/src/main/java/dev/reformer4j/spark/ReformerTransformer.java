package dev.reformer4j.spark;

import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/// Reads the texts of a column with a model: embeds, scores, classifies or goes on with them. A
/// stage of a Spark ML pipeline, which is saved with its settings and the path of the model.
///
/// {@snippet :
/// Dataset<Row> embedded =
///     new ReformerTransformer()
///         .setModel("reformer-enwik8")
///         .setInputCol("text")
///         .setOutputCol("embedding")
///         .setTask("embed")
///         .transform(texts);
/// }
///
/// The driver packs the model's directory and Spark brings it to each executor once, where it is
/// loaded once and shared by all tasks; or, with `ship` off, executors find it at the same path.
/// Rows come back in another order, since texts are shared out by length.
public final class ReformerTransformer extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> model;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> task;
  private final LongParam batchBytes;
  private final IntParam window;
  private final BooleanParam truncate;
  private final IntParam maxNewTokens;
  private final DoubleParam temperature;
  private final LongParam seed;
  private final BooleanParam ship;
  private final BooleanParam vectorsRequired;

  /// With a name of its own.
  public ReformerTransformer() {
    this(Identifiable$.MODULE$.randomUID("reformer"));
  }

  /// @param uid the name of this stage
  public ReformerTransformer(String uid) {
    this.uid = uid;
    model = new Param<>(this, "model", "directory of a model, as save_pretrained writes it");
    inputCol = new Param<>(this, "inputCol", "column of texts");
    outputCol = new Param<>(this, "outputCol", "column that is added");
    task = new Param<>(this, "task", "one of " + String.join(", ", Task.names()));
    batchBytes = new LongParam(this, "batchBytes", "bytes of text in one task, about");
    window = new IntParam(this, "window", "tokens that a score reads at once; 0: all positions");
    truncate = new BooleanParam(this, "truncate", "read the beginning of a text that is too long");
    maxNewTokens = new IntParam(this, "maxNewTokens", "tokens that are generated, at most");
    temperature = new DoubleParam(this, "temperature", "of generation; 0: the likeliest token");
    seed = new LongParam(this, "seed", "of what is drawn");
    ship = new BooleanParam(this, "ship", "bring the model to the executors");
    vectorsRequired =
        new BooleanParam(this, "vectorsRequired", "refuse executors without the Vector API");
    setDefault(task, Task.EMBED.toString());
    setDefault(outputCol, "output");
    setDefault(batchBytes, 1L << 17);
    setDefault(window, 0);
    setDefault(truncate, false);
    setDefault(maxNewTokens, 64);
    setDefault(temperature, 0.0);
    setDefault(seed, 0L);
    setDefault(ship, true);
    setDefault(vectorsRequired, false);
  }

  /// Reads one that was saved.
  public static MLReader<ReformerTransformer> read() {
    return new DefaultParamsReader<>();
  }

  /// Reads one that was saved.
  public static ReformerTransformer load(String path) {
    return read().load(path);
  }

  @Override
  public String uid() {
    return uid;
  }

  /// Directory of a model.
  public Param<String> model() {
    return model;
  }

  /// Column of texts.
  public Param<String> inputCol() {
    return inputCol;
  }

  /// Column that is added; `output` by default.
  public Param<String> outputCol() {
    return outputCol;
  }

  /// `embed` (the default), `score`, `classify` or `generate`.
  public Param<String> task() {
    return task;
  }

  /// Bytes of text in one task, about; 128 KiB by default.
  public LongParam batchBytes() {
    return batchBytes;
  }

  /// Tokens that a score reads at once; 0, the default, for as many as the model has positions.
  public IntParam window() {
    return window;
  }

  /// Whether the beginning of a text is read that is too long; off by default: it is an error.
  public BooleanParam truncate() {
    return truncate;
  }

  /// Tokens that are generated at most; 64 by default.
  public IntParam maxNewTokens() {
    return maxNewTokens;
  }

  /// Of generation; 0, the default, for the likeliest token.
  public DoubleParam temperature() {
    return temperature;
  }

  /// Of what is drawn; 0 by default.
  public LongParam seed() {
    return seed;
  }

  /// Whether the model is brought to the executors; on by default.
  public BooleanParam ship() {
    return ship;
  }

  /// Whether executors without the Vector API are refused; off by default: they are warned of.
  public BooleanParam vectorsRequired() {
    return vectorsRequired;
  }

  /// Sets [#model()].
  public ReformerTransformer setModel(String value) {
    return with(model, value);
  }

  /// Sets [#inputCol()].
  public ReformerTransformer setInputCol(String value) {
    return with(inputCol, value);
  }

  /// Sets [#outputCol()].
  public ReformerTransformer setOutputCol(String value) {
    return with(outputCol, value);
  }

  /// Sets [#task()].
  public ReformerTransformer setTask(String value) {
    Task.named(value);
    return with(task, value);
  }

  /// Sets [#batchBytes()].
  public ReformerTransformer setBatchBytes(long value) {
    return with(batchBytes, value);
  }

  /// Sets [#window()].
  public ReformerTransformer setWindow(int value) {
    return with(window, value);
  }

  /// Sets [#truncate()].
  public ReformerTransformer setTruncate(boolean value) {
    return with(truncate, value);
  }

  /// Sets [#maxNewTokens()].
  public ReformerTransformer setMaxNewTokens(int value) {
    return with(maxNewTokens, value);
  }

  /// Sets [#temperature()].
  public ReformerTransformer setTemperature(double value) {
    return with(temperature, value);
  }

  /// Sets [#seed()].
  public ReformerTransformer setSeed(long value) {
    return with(seed, value);
  }

  /// Sets [#ship()].
  public ReformerTransformer setShip(boolean value) {
    return with(ship, value);
  }

  /// Sets [#vectorsRequired()].
  public ReformerTransformer setVectorsRequired(boolean value) {
    return with(vectorsRequired, value);
  }

  private <T> ReformerTransformer with(Param<?> param, T value) {
    set(param.name(), value);
    return this;
  }

  @Override
  public ReformerTransformer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /// Adds the output column.
  ///
  /// @throws BadInputException if there is no input column of texts, or already one of that name
  @Override
  public StructType transformSchema(StructType schema) {
    String in = required(inputCol);
    String out = getOrDefault(outputCol);
    if (!Arrays.asList(schema.fieldNames()).contains(in)) {
      throw new BadInputException(
          "the data have no column "
              + in
              + " among "
              + Arrays.asList(schema.fieldNames())
              + "; set inputCol to that of the texts");
    }
    if (!schema.apply(in).dataType().equals(DataTypes.StringType)) {
      throw new BadInputException(
          "column " + in + " is " + schema.apply(in).dataType().sql() + ", but must hold texts");
    }
    if (Arrays.asList(schema.fieldNames()).contains(out)) {
      throw new BadInputException(
          "the data have a column " + out + " already; set outputCol to another name");
    }
    return schema.add(out, Task.named(getOrDefault(task)).type());
  }

  private String required(Param<String> param) {
    if (!isDefined(param)) {
      throw new BadInputException(param.name() + " is not set; set it");
    }
    return getOrDefault(param);
  }

  /// Looks at the model and at the lengths of all texts, which is a job; what the model says is
  /// computed when the result is used.
  ///
  /// @throws BadInputException if the model is not fit for the task or an executor has not got it,
  ///   or a text is null or empty
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    String in = required(inputCol);
    Settings settings = settings(dataset);
    SparkContext context = dataset.sparkSession().sparkContext();
    Vectors.checkExecutors(context, flag(vectorsRequired));
    settings.model().checkOnExecutors(context);
    int column = dataset.schema().fieldIndex(in);
    MapPartitionsFunction<Row, Row> read = rows -> new Reading(rows, settings, column);
    return Batches.of(dataset.toDF(), in, (Long) value(batchBytes))
        .mapPartitions(read, Encoders.row(schema));
  }

  private Settings settings(Dataset<?> dataset) {
    Task chosen = Task.named(getOrDefault(task));
    return new Settings(
        chosen,
        ModelFolder.of(
            Path.of(required(model)), chosen, flag(ship), dataset.sparkSession().sparkContext()),
        (Integer) value(window),
        flag(truncate),
        (Integer) value(maxNewTokens),
        (Double) value(temperature),
        (Long) value(seed));
  }

  private boolean flag(BooleanParam param) {
    return (Boolean) value(param);
  }

  private Object value(Param<?> param) {
    return getOrDefault(param);
  }
}
