package dev.reformer4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.tensor.Tensor;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// No partition is sent, or holds, much more than its share.
class PlanTest {
  private static final int N = 40_000;
  private static final int PARTITIONS = 10;

  /// Nine tokens of ten in one bucket of a hundred: were partitions runs of buckets, one of them
  /// would have nearly everything.
  @ParameterizedTest
  @EnumSource(Chunking.class)
  void aHotBucketIsSharedOut(Chunking chunking) {
    LshConfig config =
        LshConfig.defaults()
            .withRounds(2)
            .withBuckets(Buckets.of(100))
            .withChunk(16)
            .withChunking(chunking);
    Random random = new Random(5);
    Tensor qk = Tokens.normal(random, 1, N, 4, false);
    for (int token = 0; token < N; token++) {
      if (token % 10 != 0) {
        System.arraycopy(new float[] {1, 2, 3, 4}, 0, qk.data(), token * 4, 4);
      }
    }
    Rules rules = Rules.of(config, 1, 4, 1);
    Sequences sequences = new Sequences(new String[] {"7"}, new int[] {N});
    Rotated rotated = new Rotated(rules, sequences, Rotations.seeded(3));
    Dataset<TokenRow> rows =
        Input.check(Tokens.data(Tokens.rows(7, qk, Tokens.normal(random, 1, N, 1, false)), 2))
            .rows();
    Plan plan = new Counting(rows, rules, sequences, rotated).plan(PARTITIONS, 64).plan();

    long mean = (long) N * config.rounds() / PARTITIONS;
    long own = 0;
    for (int partition = 0; partition < PARTITIONS; partition++) {
      long sent = 0;
      for (int i = plan.firstPiece(partition); i < plan.firstPiece(partition + 1); i++) {
        Piece piece = plan.piece(i);
        sent += piece.toRank() - piece.fromRank();
        own += piece.ownTo() - piece.ownFrom();
      }
      assertThat(sent).as("rows of partition %d", partition).isBetween(mean / 2, mean * 5 / 4);
    }
    assertThat(own).isEqualTo((long) N * config.rounds());
  }

  /// Rows of half a million keys pass through room for some ten thousand.
  @ParameterizedTest
  @EnumSource(Chunking.class)
  void attendingHoldsAWindowAndNotASequence(Chunking chunking) {
    LshConfig config = LshConfig.defaults().withRounds(1).withChunk(16).withChunking(chunking);
    int[] largest = {0};
    int[] taken = {0};
    Stretch stretch =
        new Stretch(
            Rules.of(config, 1, 1, 1),
            (_, result, _) -> {
              largest[0] = Math.max(largest[0], result.logSumExp().length);
              taken[0]++;
            });
    int n = 500_000;
    byte[] payload = new byte[2 * Float.BYTES];
    for (int i = 0; i < n; i++) {
      Floats.write(new float[] {1 + i % 7}, 0, 1, payload, 0);
      stretch.add(payload, i, 0, i % 16 == 0, true);
    }
    stretch.end();
    assertThat(taken[0]).isEqualTo(n);
    assertThat(largest[0]).isLessThan(20_000);
    assertThat(stretch.capacity()).isLessThan(20_000);
  }
}
