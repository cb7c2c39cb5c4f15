package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TraceTest {
  private static final String ALL = "dev.reformer4j.attention.TracedCase#all";

  /// The values are unit vectors, so an output row lists the weights that the kernel gave.
  @ParameterizedTest
  @MethodSource(ALL)
  void weightsAreThoseOfTheOutput(TracedCase traced) {
    LshResult result = run(traced);
    int n = traced.input().n();
    forEveryToken(
        traced,
        result,
        (row, story) -> {
          float[] expected = new float[n];
          story.keys().forEach(key -> expected[key.token()] = (float) key.weight());
          for (int key = 0; key < n; key++) {
            assertThat(result.output().data()[row * n + key])
                .as("%s: row %d, key %d", traced, row, key)
                .isCloseTo(expected[key], within(2e-6f));
          }
        });
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void weightsSumToOneUnlessNothingIsSeen(TracedCase traced) {
    forEveryToken(
        traced,
        run(traced),
        (row, story) -> {
          double sum = story.keys().stream().mapToDouble(WeighedKey::weight).sum();
          if (traced.input().isShared()) {
            assertThat(sum).isCloseTo(1, within(1e-12));
          } else {
            assertThat(sum)
                .isCloseTo(story.logSumExp() == Double.NEGATIVE_INFINITY ? 0 : 1, within(1e-12));
          }
        });
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void logSumExpIsThatOfTheResult(TracedCase traced) {
    LshResult result = run(traced);
    forEveryToken(
        traced,
        result,
        (row, story) -> {
          float found = result.logSumExp().data()[row];
          if (Float.isInfinite(found)) {
            assertThat(story.logSumExp()).isEqualTo(found);
          } else {
            assertThat((double) found)
                .isCloseTo(story.logSumExp(), within(1e-5 * Math.max(1, Math.abs(found))));
          }
        });
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void whatIsCapturedAndWhatIsLostMakeTheFullSoftmax(TracedCase traced) {
    forEveryToken(
        traced,
        run(traced),
        (row, story) -> {
          double lost = story.lost().stream().mapToDouble(LostKey::fullWeight).sum();
          assertThat(story.capturedMass() + lost).isCloseTo(1, within(1e-12));
        });
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void noKeyIsBothSeenAndLost(TracedCase traced) {
    forEveryToken(
        traced,
        run(traced),
        (row, story) -> {
          Set<Integer> tokens = new HashSet<>();
          story.keys().forEach(key -> tokens.add(key.token()));
          assertThat(tokens).hasSameSizeAs(story.keys());
          assertThat(story.lost()).noneMatch(key -> tokens.contains(key.token()));
        });
  }

  /// Shared attention's full weights are ExactAttention's; separate keys have another scale there.
  @ParameterizedTest
  @MethodSource(ALL)
  void fullWeightsAreThoseOfExactAttention(TracedCase traced) {
    if (!traced.input().isShared()) {
      return;
    }
    int n = traced.input().n();
    float[] exact;
    try (Workers workers = Workers.inline()) {
      exact =
          new ExactAttention(new ExactConfig(traced.config().causal()))
              .forward(traced.input(), workers)
              .output()
              .data();
    }
    forEveryToken(
        traced,
        run(traced),
        (row, story) -> {
          for (WeighedKey key : story.keys()) {
            assertThat((double) exact[row * n + key.token()])
                .isCloseTo(key.fullWeight(), within(2e-6));
          }
          for (LostKey key : story.lost()) {
            assertThat((double) exact[row * n + key.token()])
                .isCloseTo(key.fullWeight(), within(2e-6));
          }
        });
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void scoresNameTheBucket(TracedCase traced) {
    LshResult result = run(traced);
    forEveryToken(
        traced,
        result,
        (row, story) -> {
          for (RoundTrace round : story.rounds()) {
            int bucket = 0;
            int scale = 1;
            for (RotatedScores scores : round.scores()) {
              bucket += scale * scores.argmax();
              scale *= scores.factor();
              if (scores.argmax() >= 0) {
                double[] values =
                    scores.values().stream().mapToDouble(Double::doubleValue).toArray();
                assertThat(scores.argmax()).isEqualTo(RotatedScores.of(values).argmax());
              }
            }
            if (round.bucket() != result.hashes().buckets()) {
              assertThat(bucket).isEqualTo(round.bucket());
            }
          }
        });
  }

  @Test
  void keysOfOtherRoundsAreWeighedEvenIfOneRoundIsToldAlone() {
    TracedCase traced = TracedCase.all().findFirst().orElseThrow();
    Trace trace = trace(traced, run(traced), 0, 0);
    TokenTrace all = trace.token(7);
    TokenTrace one = trace.token(7, 2);
    assertThat(one.rounds()).containsExactly(all.rounds().get(2));
    assertThat(one.keys()).isEqualTo(all.keys());
  }

  @Test
  void whatDoesNotExistIsSaid() {
    TracedCase traced = TracedCase.all().findFirst().orElseThrow();
    LshResult result = run(traced);
    assertThatThrownBy(() -> trace(traced, result, 0, 0).token(29))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("token 29 does not exist; there are 29, counted from 0 to 28");
    assertThatThrownBy(() -> trace(traced, result, 0, 0).token(1, 3))
        .hasMessage("round 3 does not exist; there are 3, counted from 0 to 2");
    assertThatThrownBy(() -> trace(traced, result, 0, -1)).hasMessageStartingWith("head -1");
    assertThatThrownBy(() -> trace(traced, result, 2, 0)).hasMessageStartingWith("sequence 2");
    AttentionInput other =
        AttentionInput.shared(Tensor.zeros(2, 2, 28, 6), Tensor.zeros(2, 2, 28, 28));
    assertThatThrownBy(
            () -> new Trace(other, traced.config(), traced.rotations(), result.hashes(), 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "hashes of 2 sequences, 2 heads and 29 tokens do not belong to queries [2, 2, 28, 6];"
                + " hash this input first");
    LshConfig fewer = traced.config().withRounds(2);
    assertThatThrownBy(
            () -> new Trace(traced.input(), fewer, traced.rotations(), result.hashes(), 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the hashes were made with 3 rounds, ")
        .hasMessageContaining("but this attention has 2 rounds, ")
        .hasMessageEndingWith("; hash the input with this attention");
    Rotations narrow = (heads, dQk, rounds, columns) -> Tensor.zeros(heads, dQk, rounds, 1);
    assertThatThrownBy(
            () -> new Trace(traced.input(), traced.config(), narrow, result.hashes(), 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("rotations [2, 6, 3, 1] do not fit");
  }

  private static LshResult run(TracedCase traced) {
    try (Workers workers = Workers.inline()) {
      return new LshAttention(traced.config(), traced.rotations()).forward(traced.input(), workers);
    }
  }

  private static Trace trace(TracedCase traced, LshResult result, int sequence, int head) {
    return new Trace(
        traced.input(), traced.config(), traced.rotations(), result.hashes(), sequence, head);
  }

  /// Every token of every head and sequence, with its row in the output.
  private static void forEveryToken(
      TracedCase traced, LshResult result, BiConsumer<Integer, TokenTrace> check) {
    int n = traced.input().n();
    for (int stratum : List.of(0, 1, 2, 3)) {
      Trace trace = trace(traced, result, stratum / 2, stratum % 2);
      for (int token = 0; token < n; token++) {
        check.accept(stratum * n + token, trace.token(token));
      }
    }
  }
}
