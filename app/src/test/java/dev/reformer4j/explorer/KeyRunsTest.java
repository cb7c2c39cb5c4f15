package dev.reformer4j.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Meeting;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Sight;
import dev.reformer4j.attention.Trace;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the page draws is what the trace tells.
class KeyRunsTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void runsHoldTheKeysThatTheTraceMeets(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = 1 + random.nextInt(60);
    Chunking chunking = random.nextBoolean() ? Chunking.CHUNKED : Chunking.SLIDING;
    LshConfig config =
        LshConfig.defaults()
            .withRounds(1 + random.nextInt(4))
            .withBuckets(Buckets.of(random.nextBoolean() ? new int[] {6} : new int[] {2, 4}))
            .withChunk(1 + random.nextInt(9))
            .withNeighbours(1 + random.nextInt(3), random.nextInt(3))
            .withCausal(random.nextBoolean())
            .withChunking(chunking);
    AttentionInput input = input(random, n, n > 3 && random.nextBoolean());
    Rotations rotations = Rotations.seeded(seed);
    Hashes hashes = new LshAttention(config, rotations).hash(input, Workers.inline());
    KeyRuns runs = KeyRuns.of(hashes, config);
    Trace trace = new Trace(input, config, rotations, hashes, 0, 0);
    for (int query = 0; query < n; query++) {
      for (int round = 0; round < hashes.rounds(); round++) {
        List<Integer> met =
            trace.token(query, round).rounds().getFirst().meetings().stream()
                .filter(meeting -> config.chunking() == Chunking.CHUNKED || isInRun(meeting))
                .map(Meeting::token)
                .toList();
        assertThat(keys(runs, hashes, query, round))
            .as("seed %d, query %d, round %d, %s", seed, query, round, config)
            .containsExactlyInAnyOrderElementsOf(met);
      }
    }
  }

  /// With a causal mask sliding windows hold no later keys at all.
  private static boolean isInRun(Meeting meeting) {
    return meeting.sight() != Sight.FUTURE;
  }

  private static List<Integer> keys(KeyRuns runs, Hashes hashes, int query, int round) {
    int n = hashes.n();
    List<Integer> keys = new ArrayList<>();
    int first = runs.first()[round * n + query];
    for (int i = 0; i < runs.length()[round * n + query]; i++) {
      int place = (first + i) % (hashes.rounds() * n);
      keys.add(hashes.order(0, 0, place / n)[place % n]);
    }
    return keys;
  }

  private static AttentionInput input(SplittableRandom random, int n, boolean padded) {
    Tensor qk = Tensor.zeros(1, n, 8);
    for (int i = 0; i < qk.size(); i++) {
      qk.data()[i] = (float) random.nextGaussian();
    }
    AttentionInput input = AttentionInput.shared(qk, qk);
    if (!padded) {
      return input;
    }
    boolean[] mask = new boolean[n];
    Arrays.fill(mask, 0, n - 2, true);
    return input.withMask(mask);
  }
}
