package dev.reformer4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a forward pass allocates: its result, its orders, and nothing for a chunk.
class AllocationTest {
  private static final int HEADS = 4;
  private static final int WIDTH = 64;
  private static final int ROUNDS = 4;

  /// A Java object takes 16 bytes at least.
  private static final double LEAST_OBJECT = 16;

  private static final int CALLS = 8;

  /// Vectors are objects until the compiler has seen the code, and it must see all of it: more
  /// calls than it takes, of every chunk that is measured.
  @BeforeAll
  static void compile() {
    for (int chunk : new int[] {16, 64}) {
      Runnable call = call(4096, chunk);
      long end = System.nanoTime() + 5_000_000_000L;
      for (int i = 0; i < 30 || System.nanoTime() < end; i++) {
        call.run();
      }
    }
  }

  @Test
  void nothingIsAllocatedForAChunk() {
    int n = 16_384;
    long few = Allocations.of(call(n, 64), CALLS);
    long many = Allocations.of(call(n, 16), CALLS);
    double moreChunks = HEADS * ROUNDS * (n / 16.0 - n / 64.0);
    assertThat((many - few) / moreChunks)
        .as("bytes per chunk: %,d at chunk 16, %,d at chunk 64", many, few)
        .isLessThan(LEAST_OBJECT);
  }

  @Test
  void aTokenCostsItsOutputItsOrdersAndFourNumbers() {
    long small = Allocations.of(call(8_192, 64), CALLS);
    long large = Allocations.of(call(32_768, 64), CALLS);
    double perTokenAndHead = (large - small) / (double) (32_768 - 8_192) / HEADS;
    double output = 4.0 * WIDTH;
    double idsAndOrder = 8.0 * ROUNDS;
    double whileSorting = 8.0 / HEADS; // one thread's scratch, used again
    double fourNumbers = 16;
    assertThat(perTokenAndHead)
        .isBetween(output + idsAndOrder, output + idsAndOrder + whileSorting + fourNumbers + 1);
  }

  private static Runnable call(int n, int chunk) {
    AttentionInput input = RandomTensors.shared(HEADS, n, WIDTH);
    LshConfig config =
        LshConfig.defaults()
            .withCausal(true)
            .withRounds(ROUNDS)
            .withChunk(chunk)
            .withBuckets(Buckets.of(16, 8));
    LshAttention attention = new LshAttention(config, Rotations.seeded(1));
    return () -> attention.forward(input, Workers.inline());
  }
}
