package dev.reformer4j.spark.submit;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.spark.DistributedLshAttention;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `attend`.
@Command(
    name = "attend",
    sortOptions = false,
    description = {
      "LSH attention over sequences of any length.",
      "The data have columns sequence, position, qk and v, one row a token; the result has"
          + " sequence, position, output and logSumExp."
    })
final class Attend implements Callable<Integer> {
  @Mixin private Files files;

  @Option(
      names = "--heads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Heads whose vectors stand in a row, one after the other. Default: 1.")
  private int heads;

  @Option(names = "--rounds", paramLabel = "N", defaultValue = "4", description = "Default: 4.")
  private int rounds;

  @Option(
      names = "--buckets",
      paramLabel = "N",
      defaultValue = "auto",
      description = "auto, an even number, or even factors such as 32x64. Default: auto.")
  private String buckets = "";

  @Option(names = "--chunk", paramLabel = "N", defaultValue = "64", description = "Default: 64.")
  private int chunk;

  @Option(
      names = "--before",
      paramLabel = "N",
      defaultValue = "1",
      description = "Chunks before its own that a query sees. Default: 1.")
  private int before;

  @Option(
      names = "--after",
      paramLabel = "N",
      defaultValue = "0",
      description = "Chunks after its own that a query sees. Default: 0.")
  private int after;

  @Option(names = "--causal", description = "No token sees later ones.")
  private boolean causal;

  @Option(
      names = "--chunking",
      paramLabel = "KIND",
      defaultValue = "chunked",
      description = "chunked or sliding. Default: chunked.")
  private String chunking = "";

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of the rotations. Default: 0.")
  private long seed;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "0",
      description = "Default: one for each 64 MiB, and two for each core.")
  private int partitions;

  @Option(names = "--require-vectors", description = "Refuse executors without the Vector API.")
  private boolean vectorsRequired;

  @Override
  public Integer call() throws IOException {
    LshConfig config =
        LshConfig.defaults()
            .withRounds(rounds)
            .withBuckets(Buckets.parse(buckets))
            .withChunk(chunk)
            .withNeighbours(before, after)
            .withCausal(causal)
            .withChunking(kind());
    DistributedLshAttention attention =
        new DistributedLshAttention(config, Rotations.seeded(seed))
            .withHeads(heads)
            .withVectorsRequired(vectorsRequired);
    if (partitions != 0) {
      attention = attention.withPartitions(partitions);
    }
    try (SparkSession session = SparkSession.builder().appName("reformer4j").getOrCreate()) {
      files.write(attention.attend(files.read(session)));
    }
    return 0;
  }

  private Chunking kind() {
    return switch (chunking) {
      case "chunked" -> Chunking.CHUNKED;
      case "sliding" -> Chunking.SLIDING;
      default ->
          throw new IllegalArgumentException(
              "--chunking '" + chunking + "' is neither chunked nor sliding; give one of them");
    };
  }
}
