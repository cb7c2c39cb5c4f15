package dev.reformer4j.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the page draws is what the trace tells.
class KeyRunsTest {
  /// An attention by lot, small enough for every way to stand at the end of the ring.
  private record Drawn(AttentionInput input, LshConfig config, Rotations rotations, Hashes hashes) {
    static Drawn of(long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      int n = 1 + random.nextInt(60);
      LshConfig config =
          LshConfig.defaults()
              .withRounds(1 + random.nextInt(4))
              .withBuckets(Buckets.of(random.nextBoolean() ? new int[] {6} : new int[] {2, 4}))
              .withChunk(1 + random.nextInt(9))
              .withNeighbours(1 + random.nextInt(3), random.nextInt(3))
              .withCausal(random.nextBoolean())
              .withChunking(random.nextBoolean() ? Chunking.CHUNKED : Chunking.SLIDING);
      AttentionInput input = vectors(random, n, n > 3 && random.nextBoolean());
      return of(input, config.withMaskOtherBuckets(random.nextBoolean()), Rotations.seeded(seed));
    }

    private static Drawn of(AttentionInput input, LshConfig config, Rotations rotations) {
      Hashes hashes = new LshAttention(config, rotations).hash(input, Workers.inline());
      return new Drawn(input, config, rotations, hashes);
    }

    Drawn withRounds(int count) {
      int[] first = IntStream.range(0, count).toArray();
      return of(
          input,
          config.withRounds(count),
          HeadOf.rotations(rotations, 1, 0, config.rounds(), first));
    }

    ActiveRounds rounds() {
      return ActiveRounds.of(hashes, IntStream.range(0, config.rounds()).toArray());
    }

    Trace trace() {
      return new Trace(input, config, rotations, hashes, 0, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void runsHoldTheKeysThatTheTraceMeets(long seed) {
    Drawn drawn = Drawn.of(seed);
    KeyRuns runs = KeyRuns.of(drawn.rounds(), drawn.config);
    Trace trace = drawn.trace();
    for (int query = 0; query < drawn.input.n(); query++) {
      for (int round = 0; round < drawn.hashes.rounds(); round++) {
        List<Integer> met =
            trace.token(query, round).rounds().getFirst().meetings().stream()
                .filter(meeting -> drawn.config.chunking() == Chunking.CHUNKED || isInRun(meeting))
                .map(Meeting::token)
                .toList();
        assertThat(keys(runs, drawn.hashes, query, round))
            .as("seed %d, query %d, round %d, %s", seed, query, round, drawn.config)
            .containsExactlyInAnyOrderElementsOf(met);
      }
    }
  }

  /// Fewer rounds have a shorter ring, so the trace of fewer rounds is asked each time.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void massByRoundsIsWhatATraceOfSoManyRoundsCaptures(long seed) {
    Drawn drawn = Drawn.of(seed);
    FullWeights full = FullWeights.of(drawn.input, drawn.config.causal(), Workers.inline());
    float[][] mass = CapturedByRounds.of(full, drawn.config, drawn.rounds(), Workers.inline());
    for (int count = 1; count <= drawn.hashes.rounds(); count++) {
      Drawn fewer = drawn.withRounds(count);
      for (int query = 0; query < drawn.input.n(); query++) {
        assertThat((double) mass[count - 1][query])
            .as("seed %d, query %d, %d rounds, %s", seed, query, count, drawn.config)
            .isCloseTo(fewer.trace().token(query).capturedMass(), within(1e-5));
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

  private static AttentionInput vectors(SplittableRandom random, int n, boolean padded) {
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
