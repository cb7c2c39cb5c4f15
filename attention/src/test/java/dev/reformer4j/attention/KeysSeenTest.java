package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Windows worked out by hand: six tokens, two rounds, two buckets. Round 0 looks at the sign of
/// the first coordinate, round 1 at the second:
///
/// ```text
/// token             0 1 2 3 4 5
/// bucket in round 0 0 1 0 1 0 1    order 0 2 4 1 3 5, chunks {0 2} {4 1} {3 5}
/// bucket in round 1 0 0 1 1 0 0    order 0 1 4 5 2 3, chunks {0 1} {4 5} {2 3}
/// ```
class KeysSeenTest {
  private static final Tensor SIGNS =
      Tensor.of(new float[] {1, 1, -1, 1, 1, -1, -1, -1, 1, 1, -1, 1}, 1, 6, 2);
  private static final Rotations AXES =
      Rotations.of(Tensor.of(new float[] {1, 0, 0, 1}, 1, 2, 2, 1));
  private static final LshConfig CHUNKED =
      LshConfig.defaults().withRounds(2).withChunk(2).withBuckets(Buckets.of(2));
  private static final LshConfig SLIDING =
      new LshConfig(2, Buckets.of(2), 1, 1, 1, false, Chunking.SLIDING, false, false);

  @Test
  void aChunkSeesItselfAndTheOneBefore() {
    assertThat(tokens(CHUNKED, 4, 0)).containsExactlyInAnyOrder(0, 2, 4, 1);
    assertThat(tokens(CHUNKED, 3, 0)).containsExactlyInAnyOrder(4, 1, 3, 5);
    assertThat(tokens(CHUNKED, 3, 1)).containsExactlyInAnyOrder(4, 5, 2, 3);
  }

  @Test
  void theFirstChunkLooksBackToTheLastOfTheRoundBefore() {
    assertThat(met(CHUNKED, 0, 0, 2))
        .containsExactlyInAnyOrder(
            new Meeting(2, 0, 1, 1, Sight.SEEN),
            new Meeting(3, 0, 1, 1, Sight.SEEN),
            new Meeting(0, 0, 0, 0, Sight.ITSELF),
            new Meeting(2, 0, 0, 0, Sight.SEEN));
    assertThat(met(CHUNKED, 0, 1, 2))
        .contains(new Meeting(3, 1, 0, 1, Sight.SEEN), new Meeting(5, 1, 0, 1, Sight.SEEN));
  }

  @Test
  void theRingOfFewerRoundsIsShorter() {
    assertThat(met(CHUNKED, 0, 0, 1))
        .contains(new Meeting(3, 0, 0, 1, Sight.SEEN), new Meeting(5, 0, 0, 1, Sight.SEEN));
  }

  @Test
  void aWindowThatReachesRoundTheRingMeetsAChunkTwice() {
    LshConfig wide = CHUNKED.withRounds(1).withNeighbours(3, 0);
    assertThat(tokens(wide, 0, 0)).containsExactlyInAnyOrder(0, 2, 4, 1, 3, 5, 0, 2);
  }

  @Test
  void theLastChunkLooksAheadToTheNextRound() {
    LshConfig ahead = CHUNKED.withNeighbours(0, 1);
    assertThat(tokens(ahead, 5, 0)).containsExactlyInAnyOrder(3, 5, 0, 1);
    assertThat(tokens(ahead, 2, 1)).containsExactlyInAnyOrder(2, 3, 0, 2);
  }

  @Test
  void masksSayWhy() {
    assertThat(sights(CHUNKED.withCausal(true), 2, 1))
        .containsExactlyInAnyOrder("4 FUTURE", "5 FUTURE", "2 ITSELF", "3 FUTURE");
    assertThat(sights(CHUNKED.withMaskOtherBuckets(true), 4, 0))
        .containsExactlyInAnyOrder("0 SEEN", "2 SEEN", "4 ITSELF", "1 OTHER_BUCKET");
    assertThat(sights(CHUNKED.withMaskOtherBuckets(true), 0, 0))
        .as("the last chunk of another round never shares the bucket")
        .containsExactlyInAnyOrder("2 OTHER_BUCKET", "3 OTHER_BUCKET", "0 ITSELF", "2 SEEN");
  }

  @Test
  void paddingIsSortedLastAndMasked() {
    AttentionInput input =
        AttentionInput.shared(SIGNS, SIGNS)
            .withMask(new boolean[] {true, true, false, true, true, true});
    // round 0: order 0 4 1 3 5 2, chunks {0 4} {1 3} {5 2}
    assertThat(sights(input, CHUNKED, 5, 0))
        .containsExactlyInAnyOrder("1 SEEN", "3 SEEN", "5 ITSELF", "2 PADDING");
    assertThat(sights(input, CHUNKED, 2, 0))
        .containsExactlyInAnyOrder("1 SEEN", "3 SEEN", "5 SEEN", "2 ITSELF");
    assertThat(sights(input, SLIDING, 2, 0)).containsExactly("2 ITSELF");
    assertThat(sights(input, SLIDING, 4, 0)).containsExactly("0 SEEN", "4 ITSELF");
  }

  @Test
  void slidingSeesTheNearestOfItsOwnBucket() {
    assertThat(sights(SLIDING, 4, 0)).containsExactly("2 SEEN", "4 ITSELF");
    assertThat(sights(SLIDING, 4, 1)).containsExactly("1 SEEN", "4 ITSELF", "5 SEEN");
    assertThat(sights(SLIDING.withCausal(true), 4, 1)).containsExactly("1 SEEN", "4 ITSELF");
  }

  @Test
  void separateKeysKeepTheTokenItself() {
    AttentionInput input = AttentionInput.separate(SIGNS, SIGNS.reshape(1, 6, 2), SIGNS);
    AttentionInput apart =
        AttentionInput.separate(SIGNS, Tensor.of(SIGNS.data().clone(), 1, 6, 2), SIGNS);
    assertThat(sights(input, SLIDING, 4, 1)).containsExactly("4 SEEN", "5 SEEN");
    assertThat(sights(apart, CHUNKED, 4, 0))
        .containsExactlyInAnyOrder("0 SEEN", "2 SEEN", "4 SEEN", "1 SEEN");
  }

  @Test
  void aShortInputIsOneChunkSeenOnce() {
    LshConfig whole = CHUNKED.withChunk(6);
    assertThat(tokens(whole, 3, 0)).containsExactly(0, 1, 2, 3, 4, 5);
  }

  private static List<Integer> tokens(LshConfig config, int query, int round) {
    return met(config, query, round, config.rounds()).stream().map(Meeting::token).toList();
  }

  private static List<String> sights(LshConfig config, int query, int round) {
    return sights(AttentionInput.shared(SIGNS, SIGNS), config, query, round);
  }

  private static List<String> sights(AttentionInput input, LshConfig config, int query, int round) {
    return met(input, config, query, round, config.rounds()).stream()
        .map(meeting -> meeting.token() + " " + meeting.sight())
        .toList();
  }

  private static List<Meeting> met(LshConfig config, int query, int round, int rounds) {
    return met(AttentionInput.shared(SIGNS, SIGNS), config, query, round, rounds);
  }

  private static List<Meeting> met(
      AttentionInput input, LshConfig config, int query, int round, int rounds) {
    Rotations rotations =
        config.rounds() == 2 ? AXES : Rotations.of(Tensor.of(new float[] {1, 0}, 1, 2, 1, 1));
    try (Workers workers = Workers.inline()) {
      Hashes hashes = new LshAttention(config, rotations).hash(input, workers);
      return new KeysSeen(input, config, hashes, 0, 0, query).inRound(round, rounds);
    }
  }
}
