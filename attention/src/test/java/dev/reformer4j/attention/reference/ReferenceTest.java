package dev.reformer4j.attention.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Laws of the definitions for which there is no peer to compare with: sliding chunks, separate
/// queries and keys, other buckets masked, meetings counted once.
class ReferenceTest {
  private static final Offset<Double> CLOSE = within(1e-11);

  static Stream<RandomCase> cases() {
    return RandomCase.first(200);
  }

  static Stream<RandomCase> slidingCases() {
    return cases()
        .filter(each -> each.config().before() > 0)
        .map(each -> each.withConfig(each.config().withChunking(Chunking.SLIDING)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void maskedKeysHaveNoWeightAndTheOthersShareOne(RandomCase random) {
    ReferenceResult result = random.reference();
    forEveryQuery(
        random,
        (sequence, head, query) -> {
          List<KeyInstance> met = result.meetings(sequence, head, query);
          double[] weights = result.weights(sequence, head, query);
          for (int m = 0; m < weights.length; m++) {
            if (!met.get(m).isSeen()) {
              assertThat(weights[m]).isZero();
            }
          }
          double expected = result.seen(sequence, head, query).isEmpty() ? 0 : 1;
          assertThat(Arrays.stream(weights).sum()).isCloseTo(expected, CLOSE);
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nobodySeesTheFutureNorPaddingNorForbiddenBuckets(RandomCase random) {
    LshConfig config = random.config();
    boolean hashed = config.chunking() == Chunking.SLIDING || random.input().n() > config.chunk();
    ReferenceResult result = random.reference();
    forEveryQuery(
        random,
        (sequence, head, query) -> {
          for (KeyInstance seen : result.seen(sequence, head, query)) {
            if (seen.sight() == KeyInstance.Sight.VISIBLE) {
              assertThat(isToken(random.input(), sequence, seen.position())).isTrue();
              if (config.causal()) {
                assertThat(seen.position()).isLessThanOrEqualTo(query);
              }
              if (hashed && (config.maskOtherBuckets() || config.chunking() == Chunking.SLIDING)) {
                assertThat(seen.keyRound()).isEqualTo(seen.round());
                assertThat(random.keyIds()[sequence][head][seen.round()][seen.position()])
                    .isEqualTo(random.ids()[sequence][head][seen.round()][query]);
              }
            }
          }
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void countedOnceIsOneSoftmaxOverTheSetOfSeenKeys(RandomCase random) {
    RandomCase once = random.withConfig(random.config().withCountOnce(true));
    ReferenceResult result = once.reference();
    double[] actual = result.logSumExp();
    forEveryQuery(
        once,
        (sequence, head, query) -> {
          Map<Integer, Double> logitOfKey = new HashMap<>();
          List<KeyInstance> met = result.meetings(sequence, head, query);
          double[] logits = result.logits(sequence, head, query);
          for (int m = 0; m < logits.length; m++) {
            if (met.get(m).isSeen()) {
              double alone = logits[m] + Math.log(met.get(m).count());
              logitOfKey.put(met.get(m).position(), alone);
            }
          }
          double lse = logSumExp(logitOfKey.values().stream().mapToDouble(l -> l).toArray());
          int row = (sequence * once.input().heads() + head) * once.input().n() + query;
          assertThat(actual[row]).isCloseTo(lse, within(1e-12 * Math.max(1, Math.abs(lse))));
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void roundsThatHashAlikeAddNothingButTheirNumber(RandomCase random) {
    // Masking other buckets tells the wrap-around into another round from that into the same one.
    LshConfig config = random.config().withMaskOtherBuckets(false).withCountOnce(false);
    RandomCase several = random.withConfig(config.withRounds(3));
    RandomCase one = random.withConfig(config.withRounds(1));
    boolean hashed = config.chunking() == Chunking.SLIDING || random.input().n() > config.chunk();
    ReferenceResult repeated =
        Reference.lsh(
            several.config(), several.input(), repeat(random.ids(), 3), repeat(random.keyIds(), 3));
    ReferenceResult single = one.reference();

    assertThat(repeated.output()).containsExactly(single.output(), within(1e-11));
    double more = hashed ? Math.log(3) : 0;
    double[] expected = Arrays.stream(single.logSumExp()).map(lse -> lse + more).toArray();
    assertCloseOrInfinite(repeated.logSumExp(), expected);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void oneChunkEqualsExactAttention(RandomCase random) {
    LshConfig oneChunk =
        random.config().withChunking(Chunking.CHUNKED).withChunk(random.input().n() + 3);
    AttentionInput input = random.input();
    if (input.isShared()) {
      ReferenceResult lsh = random.withConfig(oneChunk).reference();
      ReferenceResult exact = Reference.exact(oneChunk.causal(), input);

      assertThat(lsh.output()).containsExactly(exact.output());
      assertThat(lsh.logSumExp()).containsExactly(exact.logSumExp());
    }
  }

  @ParameterizedTest
  @MethodSource("slidingCases")
  void slidingSeesExactlyTheNearestOfItsBucket(RandomCase random) {
    ReferenceResult result = random.reference();
    forEveryQuery(
        random,
        (sequence, head, query) -> {
          for (int r = 0; r < random.config().rounds(); r++) {
            int round = r;
            int[] expected =
                IntStream.range(0, random.input().n())
                    .filter(key -> isNearest(random, sequence, head, round, query, key))
                    .toArray();
            int[] actual =
                result.seen(sequence, head, query).stream()
                    .filter(seen -> seen.round() == round)
                    .mapToInt(KeyInstance::position)
                    .sorted()
                    .toArray();
            assertThat(actual).isEqualTo(expected);
          }
        });
  }

  /// Sliding windows said another way: a key is seen if fewer than the window's width of its bucket
  /// stand between it and the query.
  private static boolean isNearest(
      RandomCase random, int sequence, int head, int round, int query, int key) {
    LshConfig config = random.config();
    boolean shared = random.input().isShared();
    int[] keyIds = random.keyIds()[sequence][head][round];
    int id = random.ids()[sequence][head][round][query];
    if (shared && key == query) {
      return true;
    }
    if (keyIds[key] != id || !isToken(random.input(), sequence, key)) {
      return false;
    }
    boolean behind = key <= query;
    int first = behind ? key + 1 : query + 1;
    int last = behind ? query : key - 1;
    long nearer =
        IntStream.rangeClosed(first, last)
            .filter(j -> keyIds[j] == id && !(shared && j == query))
            .count();
    int chunks = behind ? config.before() : config.causal() ? 0 : config.after();
    return nearer < (long) config.chunk() * chunks;
  }

  @ParameterizedTest
  @MethodSource("slidingCases")
  void aCausalSlidingPrefixNeverNoticesWhatFollows(RandomCase random) {
    RandomCase whole = random.withConfig(random.config().withNeighbours(1, 0).withCausal(true));
    AttentionInput input = whole.input();
    int shorter = (input.n() + 1) / 2;
    ReferenceResult all = whole.reference();
    for (int sequence = 0; sequence < input.batch(); sequence++) {
      for (int h = 0; h < input.heads(); h++) {
        Head head = Head.of(input, sequence, h);
        double[][] query = Arrays.copyOf(head.query(), shorter);
        Head prefix =
            new Head(
                query,
                head.shared() ? query : Arrays.copyOf(head.key(), shorter),
                Arrays.copyOf(head.value(), shorter),
                Arrays.copyOf(head.token(), shorter),
                head.shared());
        HeadAttention attention =
            new HeadAttention(
                prefix,
                KeyNorm.UNIT,
                LshPattern.of(
                    whole.config(),
                    prefix,
                    cut(whole.ids()[sequence][h], shorter),
                    cut(whole.keyIds()[sequence][h], shorter)));
        for (int i = 0; i < shorter; i++) {
          assertThat(attention.output(i)).containsExactly(all.head(sequence, h).output(i));
        }
      }
    }
  }

  @Test
  void aTokenThatIsAloneSeesItselfOncePerRound() {
    Tensor qk = Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2);
    Tensor value = Tensor.of(new float[] {5, 6}, 1, 2, 1);
    LshConfig config = LshConfig.defaults().withChunk(1).withNeighbours(0, 0).withRounds(3);

    ReferenceResult result =
        Reference.lsh(config, AttentionInput.shared(qk, value), new int[1][1][3][2]);

    assertThat(result.output()).containsExactly(5, 6);
    assertThat(result.logSumExp()).containsOnly(-1e5 + Math.log(3));
    ReferenceResult once =
        Reference.lsh(
            config.withCountOnce(true), AttentionInput.shared(qk, value), new int[1][1][3][2]);
    assertThat(once.logSumExp()[0]).isCloseTo(-1e5, within(1e-9));
  }

  @Test
  void aSeparateQueryThatSeesNothingGivesZero() {
    Tensor ones = Tensor.of(new float[] {1, 1}, 1, 2, 1);
    Tensor others = Tensor.of(new float[] {1, 1}, 1, 2, 1);
    LshConfig sliding = LshConfig.defaults().withChunking(Chunking.SLIDING).withRounds(1);
    int[][][][] ids = {{{{0, 1}}}};
    int[][][][] keyIds = {{{{1, 1}}}};

    ReferenceResult result =
        Reference.lsh(sliding, AttentionInput.separate(ones, others, ones), ids, keyIds);

    assertThat(result.output()).containsExactly(0, 1);
    assertThat(result.logSumExp()[0]).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(result.logSumExp()[1]).isCloseTo(1 + Math.log(2), within(1e-6));
  }

  private static boolean isToken(AttentionInput input, int sequence, int position) {
    return input.mask().isEmpty() || input.mask().get()[sequence * input.n() + position];
  }

  private static double logSumExp(double[] logits) {
    double max = Arrays.stream(logits).max().orElse(Double.NEGATIVE_INFINITY);
    return logits.length == 0
        ? max
        : max + Math.log(Arrays.stream(logits).map(l -> Math.exp(l - max)).sum());
  }

  private static void assertCloseOrInfinite(double[] actual, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      if (Double.isInfinite(expected[i])) {
        assertThat(actual[i]).isEqualTo(expected[i]);
      } else {
        assertThat(actual[i])
            .isCloseTo(expected[i], within(1e-12 * Math.max(1, Math.abs(expected[i]))));
      }
    }
  }

  private static int[][][][] repeat(int[][][][] ids, int rounds) {
    int[][][][] repeated = new int[ids.length][ids[0].length][rounds][];
    for (int sequence = 0; sequence < ids.length; sequence++) {
      for (int head = 0; head < ids[sequence].length; head++) {
        Arrays.fill(repeated[sequence][head], ids[sequence][head][0]);
      }
    }
    return repeated;
  }

  private static int[][] cut(int[][] ids, int n) {
    return Arrays.stream(ids).map(round -> Arrays.copyOf(round, n)).toArray(int[][]::new);
  }

  private static void forEveryQuery(RandomCase random, PerQuery test) {
    AttentionInput input = random.input();
    for (int sequence = 0; sequence < input.batch(); sequence++) {
      for (int head = 0; head < input.heads(); head++) {
        for (int query = 0; query < input.n(); query++) {
          test.accept(sequence, head, query);
        }
      }
    }
  }

  private interface PerQuery {
    void accept(int sequence, int head, int query);
  }
}
