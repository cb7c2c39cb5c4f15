package dev.reformer4j.spark.submit;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/// Where data come from and go to, as Spark reads and writes them.
final class Files {
  @Option(names = "--in", paramLabel = "PATH", required = true, description = "Data to read.")
  private String in = "";

  @Option(
      names = "--in-format",
      paramLabel = "FORMAT",
      defaultValue = "parquet",
      description =
          "parquet, json, orc, csv, or text: one text a line, in a column named value. Default:"
              + " ${DEFAULT-VALUE}.")
  private String inFormat = "";

  @Option(
      names = "--out",
      paramLabel = "PATH",
      required = true,
      description = "Directory to write; it must not exist.")
  private String out = "";

  @Option(
      names = "--out-format",
      paramLabel = "FORMAT",
      defaultValue = "parquet",
      description = "parquet, json or orc. Default: ${DEFAULT-VALUE}.")
  private String outFormat = "";

  Dataset<Row> read(SparkSession session) {
    return session.read().format(inFormat).load(in);
  }

  /// Writes all or nothing: what tasks have written counts once the job is done.
  void write(Dataset<Row> data) {
    data.write().format(outFormat).save(out);
  }
}
