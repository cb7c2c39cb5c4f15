package dev.reformer4j.spark;

import static org.apache.spark.sql.functions.col;

import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.IntPredicate;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/// LSH attention over sequences of any length, spread over the executors of a cluster; the results
/// are those of [dev.reformer4j.attention.LshAttention] with the same rotations, up to the order of
/// summation.
///
/// {@snippet :
/// var attention = new DistributedLshAttention(LshConfig.defaults(), Rotations.seeded(7)).withHeads(8);
/// Dataset<Row> output = attention.attend(tokens); // sequence, position, qk, v
/// output.write().parquet("output");               // sequence, position, output, logSumExp
/// }
///
/// How: a first job looks at every row, so that what is wrong with the data is said before anything
/// is computed. A second one hashes, and counts how many keys there are in cells of the bucket
/// order of every (sequence, head, round). From the counts the driver knows the exact rank at every
/// border, cuts the order into partitions of equal size wherever that falls, and knows which
/// neighbours each needs: a window may begin in another partition, or in another round. Then every
/// row goes through one shuffle, once for each head and round (and once more if it is some
/// partition's neighbour), is sorted, and attended for in a stream; and what it got through
/// another, back to its position, where rounds are merged by log-sum-exp. No task ever holds a
/// sequence. A bucket that holds too many is cut by position.
///
/// Sequences of at most [#withWhole] tokens go through one shuffle, as a whole, to one task each.
///
/// The data are read several times; where they come from something costly or not repeatable, write
/// or persist them first.
public final class DistributedLshAttention {
  /// More groups than this would not fit a driver's memory well.
  private static final int MOST_GROUPS = 1 << 18;

  private static final int DEFAULT_WHOLE = 1 << 14;

  /// Bytes of a partition, unless a number of them is asked for.
  private static final long PARTITION_BYTES = 64L << 20;

  /// Cells of one partition: what a neighbour is sent is whole cells.
  private static final int CELLS = 128;

  private static final int LEAST_CELL = 64;
  private static final int MOST_CELLS = 1 << 20;

  private static final Encoder<TokenOutput> OUTPUT = Encoders.bean(TokenOutput.class);

  private final LshConfig config;
  private final Rotations rotations;
  private final int heads;
  private final int whole;
  private final int partitions;
  private final boolean vectorsRequired;

  /// @param rotations are drawn on the driver
  /// @throws BadInputException if the configuration counts meetings, which no part of a sequence
  ///   can know
  public DistributedLshAttention(LshConfig config, Rotations rotations) {
    this(config, rotations, 1, Math.max(DEFAULT_WHOLE, config.chunk()), 0, false);
  }

  private DistributedLshAttention(
      LshConfig config,
      Rotations rotations,
      int heads,
      int whole,
      int partitions,
      boolean vectorsRequired) {
    if (config.countOnce()) {
      throw new BadInputException(
          "countOnce weighs a pair by the rounds it meets in, which no part of a sequence knows;"
              + " attend without it, or on one machine");
    }
    this.config = config;
    this.rotations = rotations;
    this.heads = heads;
    this.whole = whole;
    this.partitions = partitions;
    this.vectorsRequired = vectorsRequired;
  }

  /// The same for rows that hold the vectors of several heads, one after the other; 1 by default.
  ///
  /// @throws BadInputException if it is below 1
  public DistributedLshAttention withHeads(int heads) {
    require(heads >= 1, "heads is " + heads + ", but must be at least 1");
    return new DistributedLshAttention(
        config, rotations, heads, whole, partitions, vectorsRequired);
  }

  /// The same with another longest sequence that one task attends over as a whole; 16,384 by
  /// default.
  ///
  /// @throws BadInputException if it is below the chunk length: shorter sequences are never divided
  public DistributedLshAttention withWhole(int tokens) {
    require(
        tokens >= config.chunk(),
        "sequences of at most "
            + tokens
            + " tokens would be attended over whole, but those up to a chunk, "
            + config.chunk()
            + ", always are; give as many or more");
    return new DistributedLshAttention(
        config, rotations, heads, tokens, partitions, vectorsRequired);
  }

  /// The same with a number of partitions; by default one for each 64 MiB, and two for each core.
  ///
  /// @throws BadInputException if it is not from 1 to 65,536
  public DistributedLshAttention withPartitions(int partitions) {
    require(
        partitions >= 1 && partitions <= 1 << 16,
        "partitions is " + partitions + ", but must be from 1 to 65536");
    return new DistributedLshAttention(
        config, rotations, heads, whole, partitions, vectorsRequired);
  }

  /// The same, with executors that lack the Vector API refused, or only warned of; warned of by
  /// default.
  public DistributedLshAttention withVectorsRequired(boolean vectorsRequired) {
    return new DistributedLshAttention(
        config, rotations, heads, whole, partitions, vectorsRequired);
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw new BadInputException(sentence);
    }
  }

  /// Attends. The data are checked and counted at once; the attention itself runs when the result
  /// is used.
  ///
  /// @param data one row a token: `sequence` (string or whole number), `position` (whole number, 0
  ///   to n − 1 in each sequence), `qk` and `v` (arrays of floats, head after head)
  /// @return one row a token, those of a sequence in order: `sequence` and `position` as they were,
  ///   `output` (array of floats, head after head), `logSumExp` (array of floats, one for each
  ///   head)
  /// @throws BadInputException if the data cannot be attended over
  public Dataset<Row> attend(Dataset<Row> data) {
    Input input = Input.check(data);
    Vectors.check(input.facts().withoutVectors(), vectorsRequired);
    Dataset<TokenOutput> result = data.sparkSession().emptyDataset(OUTPUT);
    if (!input.facts().sequences().isEmpty()) {
      Rules rules = rules(input.facts());
      Sequences small = sequences(input.facts(), n -> n <= whole);
      Sequences large = sequences(input.facts(), n -> n > whole);
      if (small.count() > 0) {
        result = attendWhole(input.rows(), rules, small);
      }
      if (large.count() > 0) {
        Dataset<TokenOutput> divided = attendDivided(input.rows(), rules, large);
        result = small.count() > 0 ? result.union(divided) : divided;
      }
    }
    return result.select(
        col("sequence").cast(input.sequence()).as("sequence"),
        col("position").cast(data.schema().apply("position").dataType()).as("position"),
        col("output"),
        col("logSumExp"));
  }

  private Rules rules(InputFacts facts) {
    checkHeads("qk", facts.qk());
    checkHeads("v", facts.v());
    return Rules.of(config, heads, facts.qk() / heads, facts.v() / heads);
  }

  private void checkHeads(String column, int numbers) {
    require(
        numbers > 0 && numbers % heads == 0,
        "column "
            + column
            + " holds "
            + numbers
            + " numbers a row, which are not "
            + heads
            + " heads of one length; call withHeads with the number of heads");
  }

  private static Sequences sequences(InputFacts facts, IntPredicate wanted) {
    SortedMap<String, InputFacts.Positions> all = facts.sequences();
    List<Map.Entry<String, InputFacts.Positions>> some =
        all.entrySet().stream().filter(e -> wanted.test((int) e.getValue().count)).toList();
    return new Sequences(
        some.stream().map(Map.Entry::getKey).toArray(String[]::new),
        some.stream().mapToInt(e -> (int) e.getValue().count).toArray());
  }

  private Dataset<TokenOutput> attendWhole(
      Dataset<TokenRow> rows, Rules rules, Sequences sequences) {
    int parts = partitions(rows, sequences.tokens() * rules.heads() * rules.inputBytes());
    Broadcast<SmallJob> job =
        broadcast(
            rows, SmallJob.of(rules, sequences, new Rotated(rules, sequences, rotations), parts));
    MapPartitionsFunction<TokenRow, SentRow> send = part -> new SendingWhole(part, job.value());
    MapPartitionsFunction<SentRow, TokenOutput> attend =
        part -> new AttendingWhole(part, job.value());
    return Shuffled.of(rows.mapPartitions(send, Shuffled.ENCODER), parts)
        .mapPartitions(attend, OUTPUT);
  }

  private Dataset<TokenOutput> attendDivided(
      Dataset<TokenRow> rows, Rules rules, Sequences sequences) {
    long groups = (long) sequences.count() * rules.groupsPerSequence();
    require(
        groups <= MOST_GROUPS,
        sequences.count()
            + " sequences of more than "
            + whole
            + " tokens, with "
            + rules.heads()
            + " heads and "
            + rules.rounds()
            + " rounds, are more than can be planned at once; attend over fewer at a time, or call"
            + " withWhole with the length of the longer ones");
    long keys = sequences.tokens() * rules.groupsPerSequence();
    int parts = partitions(rows, keys * rules.inputBytes());
    LargeJob planned =
        new Counting(rows, rules, sequences, new Rotated(rules, sequences, rotations))
            .plan(parts, Math.max(LEAST_CELL, keys / Math.min(MOST_CELLS, (long) CELLS * parts)));
    Broadcast<LargeJob> job = broadcast(rows, planned);
    long tokensPerPartition = (sequences.tokens() - 1) / parts + 1;
    MapPartitionsFunction<TokenRow, SentRow> send = part -> new Sending(part, job.value());
    MapPartitionsFunction<SentRow, SentRow> attend =
        part -> new Attending(part, job.value(), tokensPerPartition);
    MapPartitionsFunction<SentRow, TokenOutput> merge =
        part -> new Merging(part, job.value().rules(), job.value().sequences());
    Dataset<SentRow> attended =
        Shuffled.of(rows.mapPartitions(send, Shuffled.ENCODER), parts)
            .mapPartitions(attend, Shuffled.ENCODER);
    return Shuffled.of(attended, parts).mapPartitions(merge, OUTPUT);
  }

  private int partitions(Dataset<TokenRow> rows, long bytes) {
    int cores = rows.sparkSession().sparkContext().defaultParallelism();
    long chosen = Math.max(2L * cores, bytes / PARTITION_BYTES + 1);
    return partitions > 0 ? partitions : (int) Math.min(chosen, 1 << 16);
  }

  private static <T> Broadcast<T> broadcast(Dataset<?> rows, T value) {
    SparkSession session = rows.sparkSession();
    return JavaSparkContext.fromSparkContext(session.sparkContext()).broadcast(value);
  }
}
