package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Configurations check themselves, whichever way they are made.
class ConfigTest {
  private static final LshConfig LSH = LshConfig.defaults();
  private static final LocalConfig LOCAL = LocalConfig.defaults();

  @Test
  void theDefaultsAreThoseOfTheDocumentation() {
    assertThat(LSH)
        .isEqualTo(
            new LshConfig(4, Buckets.auto(), 64, 1, 0, false, Chunking.CHUNKED, false, false));
    assertThat(LOCAL).isEqualTo(new LocalConfig(64, 1, 0, false, false));
    assertThat(ExactConfig.defaults()).isEqualTo(new ExactConfig(false));
  }

  @Test
  void everyWitherChangesWhatItNamesAndNothingElse() {
    LshConfig changed =
        LSH.withRounds(2)
            .withBuckets(Buckets.of(8))
            .withChunk(16)
            .withNeighbours(3, 5)
            .withCausal(true)
            .withChunking(Chunking.SLIDING)
            .withMaskOtherBuckets(true)
            .withCountOnce(true);
    assertThat(changed)
        .isEqualTo(new LshConfig(2, Buckets.of(8), 16, 3, 5, true, Chunking.SLIDING, true, true));
    assertThat(
            changed
                .withRounds(4)
                .withBuckets(Buckets.auto())
                .withChunk(64)
                .withNeighbours(1, 0)
                .withCausal(false)
                .withChunking(Chunking.CHUNKED)
                .withMaskOtherBuckets(false)
                .withCountOnce(false))
        .isEqualTo(LSH);
    assertThat(LOCAL.withChunk(9).withNeighbours(2, 3).withCausal(true).withWrap(true))
        .isEqualTo(new LocalConfig(9, 2, 3, true, true));
    assertThat(ExactConfig.defaults().withCausal(true)).isEqualTo(new ExactConfig(true));
  }

  @Test
  void nothingIsLeftOut() {
    assertThatNullPointerException().isThrownBy(() -> LSH.withBuckets(null)).withMessage("buckets");
    assertThatNullPointerException()
        .isThrownBy(() -> LSH.withChunking(null))
        .withMessage("chunking");
  }

  @Test
  void blocksBeyondWhatCanBeNumberedAreRefused() {
    Tokens tokens = Tokens.all(600_000_000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChunkPattern.local(LOCAL.withChunk(1), tokens))
        .withMessage(
            "600000000 tokens in chunks of 1 make more than 536870912 blocks in 1 rounds; use a"
                + " longer chunk or fewer rounds");
    assertThat(ChunkPattern.local(LOCAL.withChunk(2), tokens).groups()).isEqualTo(300_000_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void roundsAndChunkAreAtLeastOne(int bad) {
    refused(() -> LSH.withRounds(bad), "rounds is " + bad + ", but must be from 1 to 127");
    refused(() -> LSH.withChunk(bad), "chunk is " + bad + ", but must be at least 1");
    refused(() -> LOCAL.withChunk(bad), "chunk is " + bad + ", but must be at least 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE})
  void neighboursAreNotNegative(int bad) {
    refused(() -> LSH.withNeighbours(bad, 0), "before is " + bad + ", but must be at least 0");
    refused(() -> LSH.withNeighbours(0, bad), "after is " + bad + ", but must be at least 0");
    refused(() -> LOCAL.withNeighbours(bad, 0), "before is " + bad + ", but must be at least 0");
    refused(() -> LOCAL.withNeighbours(0, bad), "after is " + bad + ", but must be at least 0");
  }

  @Test
  void roundsHaveAnEnd() {
    assertThat(LSH.withRounds(127).rounds()).isEqualTo(127);
    refused(() -> LSH.withRounds(128), "rounds is 128, but must be from 1 to 127");
  }

  @Test
  void aWindowHasAnEndAndNothingOverflowsOnTheWay() {
    assertThat(LSH.withNeighbours(0, 0).withChunk(1 << 24).chunk()).isEqualTo(1 << 24);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LSH.withChunk(1 << 24))
        .withMessageStartingWith(
            "chunk 16777216 with 1 before and 0 after lets a query see more than 16777216 keys a"
                + " round; use a smaller chunk");
    int most = Integer.MAX_VALUE;
    for (Runnable huge :
        new Runnable[] {
          () -> LSH.withNeighbours(most, most),
          () -> LOCAL.withNeighbours(most, most),
          () -> LSH.withChunk(most),
          () -> LOCAL.withChunk(1).withNeighbours(0, most)
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(huge::run)
          .withMessageContaining("lets a query see more than 16777216 keys a round");
    }
  }

  @Test
  void aSlidingWindowSeesSomething() {
    refused(
        () -> LSH.withNeighbours(0, 0).withChunking(Chunking.SLIDING),
        "sliding chunking with 0 chunks before and 0 after sees no key at all; use before 1 or"
            + " more");
    LshConfig ahead = LSH.withNeighbours(0, 1).withChunking(Chunking.SLIDING);
    assertThat(ahead.after()).isEqualTo(1);
    refused(
        () -> ahead.withCausal(true),
        "sliding chunking with 0 chunks before and a causal mask sees no key at all; use before 1 or"
            + " more");
  }

  private static void refused(Runnable attempt, String sentence) {
    assertThatIllegalArgumentException().isThrownBy(attempt::run).withMessage(sentence);
  }
}
