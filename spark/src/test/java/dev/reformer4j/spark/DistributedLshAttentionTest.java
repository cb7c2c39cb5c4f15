package dev.reformer4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.LshResult;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Attention over partitions is the library's, wherever the cuts fall.
class DistributedLshAttentionTest {
  /// A random attention over random sequences.
  private record Case(
      long seed,
      LshConfig config,
      int heads,
      int whole,
      int partitions,
      List<Tensor> qk,
      List<Tensor> v) {

    static Case of(long seed) {
      Random random = new Random(seed);
      int chunk = 1 + random.nextInt(70);
      LshConfig config =
          LshConfig.defaults()
              .withRounds(1 + random.nextInt(3))
              .withBuckets(
                  random.nextInt(3) == 0 ? Buckets.auto() : Buckets.of(2 + 2 * random.nextInt(6)))
              .withChunk(chunk)
              .withNeighbours(1 + random.nextInt(2), random.nextInt(2))
              .withCausal(random.nextBoolean())
              .withMaskOtherBuckets(random.nextInt(4) == 0)
              .withChunking(seed % 2 == 0 ? Chunking.CHUNKED : Chunking.SLIDING);
      int heads = 1 + random.nextInt(2);
      int sequences = 1 + random.nextInt(3);
      List<Tensor> qk = new ArrayList<>();
      List<Tensor> v = new ArrayList<>();
      for (int i = 0; i < sequences; i++) {
        // The first ones are longer than what a task holds at a time.
        int longest = seed < 4 ? 20_000 : 3000;
        int n =
            i == 0 ? longest / 2 + random.nextInt(longest / 2) : 1 + random.nextInt(2 * chunk + 2);
        qk.add(Tokens.normal(random, heads, n, 7, random.nextInt(3) == 0));
        v.add(Tokens.normal(random, heads, n, 5, false));
      }
      int whole = random.nextInt(4) == 0 ? 500 : chunk;
      return new Case(
          seed, config, heads, Math.max(chunk, whole), 1 + random.nextInt(seed < 4 ? 3 : 9), qk, v);
    }

    DistributedLshAttention attention() {
      return new DistributedLshAttention(config, Rotations.seeded(seed))
          .withHeads(heads)
          .withWhole(whole)
          .withPartitions(partitions);
    }

    List<Row> rows() {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < qk.size(); i++) {
        rows.addAll(Tokens.rows(i, qk.get(i), v.get(i)));
      }
      return rows;
    }
  }

  static LongStream seeds() {
    return LongStream.range(0, 12);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void equalsTheLibrary(long seed) {
    Case random = Case.of(seed);
    Dataset<Row> data = Tokens.data(random.rows(), 1 + (int) (seed % 4));
    List<Row> output =
        random.attention().attend(data).collectAsList().stream()
            .sorted(
                Comparator.<Row>comparingLong(row -> row.getLong(0))
                    .thenComparingLong(row -> row.getLong(1)))
            .toList();
    int at = 0;
    for (int sequence = 0; sequence < random.qk().size(); sequence++) {
      Tensor qk = random.qk().get(sequence);
      Tensor v = random.v().get(sequence);
      LshResult expected =
          new LshAttention(random.config(), Rotations.seeded(seed))
              .forward(AttentionInput.shared(qk, v), Workers.inline());
      for (int token = 0; token < qk.dim(1); token++) {
        Row row = output.get(at++);
        assertThat(row.getLong(0)).isEqualTo(sequence);
        assertThat(row.getLong(1)).isEqualTo(token);
        same(row.getList(2), Tokens.row(expected.output(), token), random + " token " + token);
        Tensor lse = expected.logSumExp().reshape(random.heads(), qk.dim(1), 1);
        same(row.getList(3), Tokens.row(lse, token), random + " sum at token " + token);
      }
    }
    assertThat(output).hasSize(at);
  }

  private static void same(List<Float> actual, Float[] expected, String what) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      float tolerance = 1e-5f * Math.max(1, Math.abs(expected[i]));
      assertThat(actual.get(i)).as(what).isCloseTo(expected[i], within(tolerance));
    }
  }

  /// Rounds are merged in their order, whoever attended for them.
  @Test
  void howRowsLieInPartitionsLeavesNoBitOfADifference() {
    Case random = Case.of(4);
    List<Row> once = random.attention().attend(Tokens.data(random.rows(), 1)).collectAsList();
    List<Row> again = random.attention().attend(Tokens.data(random.rows(), 5)).collectAsList();
    assertThat(again).isEqualTo(once);
  }
}
