package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Rounds that are attended apart, and in overlapping stretches, are the whole attention when they
/// are merged.
class SortedAttentionTest {
  private static final int D_QK = 7;
  private static final int D_V = 5;

  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void mergedStretchesAreTheWhole(long seed) {
    Random random = new Random(seed);
    LshConfig config = config(random);
    int n = config.chunk() + 1 + random.nextInt(400);
    Tensor qk = normal(random, n, D_QK);
    Tensor value = normal(random, n, D_V);
    AttentionInput input = AttentionInput.shared(qk.reshape(1, n, D_QK), value.reshape(1, n, D_V));
    LshResult whole =
        new LshAttention(config, Rotations.seeded(seed)).forward(input, Workers.inline());

    Merge merge = new Merge(n);
    for (int round = 0; round < config.rounds(); round++) {
      Order order = new Order(config, whole.hashes(), round);
      int from = 0;
      while (from < order.units) {
        int to = Math.min(order.units, from + 1 + random.nextInt(order.units));
        merge.add(order.stretch(qk, value, from, to), config, order.first, order.end);
        from = to;
      }
    }

    float[] expected = whole.output().data();
    float[] actual = merge.output();
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("number %d, seed %d", i, seed).isCloseTo(expected[i], within(1e-5f));
    }
  }

  private static LshConfig config(Random random) {
    Chunking chunking = random.nextBoolean() ? Chunking.CHUNKED : Chunking.SLIDING;
    return LshConfig.defaults()
        .withRounds(1 + random.nextInt(3))
        .withBuckets(Buckets.of(2 + 2 * random.nextInt(6)))
        .withChunk(1 + random.nextInt(90))
        .withNeighbours(1 + random.nextInt(2), random.nextInt(2))
        .withCausal(random.nextBoolean())
        .withMaskOtherBuckets(random.nextInt(4) == 0)
        .withChunking(chunking);
  }

  /// One round's order, with what belongs around a stretch of it. A unit is a chunk, or a token of
  /// sliding windows.
  private static final class Order {
    final LshConfig config;
    final Hashes hashes;
    final int round;
    final boolean chunked;
    final int units;
    int first;
    int end;

    Order(LshConfig config, Hashes hashes, int round) {
      this.config = config;
      this.hashes = hashes;
      this.round = round;
      this.chunked = config.chunking() == Chunking.CHUNKED;
      this.units = chunked ? (hashes.n() - 1) / config.chunk() + 1 : hashes.n();
    }

    /// Units `[from, to)` and their neighbours; its own rows are `[first, end)`.
    SortedTokens stretch(Tensor qk, Tensor value, int from, int to) {
      int before = chunked ? config.before() : config.chunk() * config.before();
      int after = chunked ? config.after() : config.chunk() * config.after();
      int[] all =
          chunked
              ? IntStream.range(from - before, to + after).toArray()
              : IntStream.range(Math.max(0, from - before), Math.min(units, to + after)).toArray();
      int[] position = {};
      int[] bucket = {};
      int[] start = new int[all.length];
      for (int i = 0; i < all.length; i++) {
        if (all[i] == from) {
          first = position.length;
        }
        start[i] = position.length;
        int at = Math.floorMod(Math.floorDiv(all[i], units) + round, config.rounds());
        int[] order = hashes.order(0, 0, at);
        int[] ids = hashes.ids(0, 0, at);
        int unit = Math.floorMod(all[i], units);
        int[] tokens =
            chunked
                ? Arrays.copyOfRange(
                    order,
                    unit * config.chunk(),
                    Math.min(order.length, (unit + 1) * config.chunk()))
                : new int[] {order[unit]};
        position = IntStream.concat(Arrays.stream(position), Arrays.stream(tokens)).toArray();
        int[] tags = Arrays.stream(tokens).map(token -> at << 20 | ids[token]).toArray();
        bucket = IntStream.concat(Arrays.stream(bucket), Arrays.stream(tags)).toArray();
        if (all[i] == to - 1) {
          end = position.length;
        }
      }
      return new SortedTokens(
          rows(qk, position),
          rows(value, position),
          position,
          bucket,
          chunked ? start : new int[0]);
    }

    private static Tensor rows(Tensor tensor, int[] rows) {
      int d = tensor.dim(1);
      Tensor taken = Tensor.zeros(rows.length, d);
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(tensor.data(), rows[i] * d, taken.data(), i * d, d);
      }
      return taken;
    }
  }

  /// The rounds of every token, merged in double precision.
  private static final class Merge {
    private final double[] max;
    private final double[] sum;
    private final double[] weighted;

    Merge(int n) {
      max = new double[n];
      Arrays.fill(max, Double.NEGATIVE_INFINITY);
      sum = new double[n];
      weighted = new double[n * D_V];
    }

    void add(SortedTokens tokens, LshConfig config, int from, int to) {
      SortedAttention.Result part = new SortedAttention(config).forward(tokens, Workers.inline());
      for (int i = from; i < to; i++) {
        int token = tokens.position()[i];
        double top = Math.max(max[token], part.logSumExp()[i]);
        double keep = Math.exp(max[token] - top);
        double gain = Math.exp(part.logSumExp()[i] - top);
        for (int k = 0; k < D_V; k++) {
          weighted[token * D_V + k] =
              weighted[token * D_V + k] * keep + gain * part.output().data()[i * D_V + k];
        }
        sum[token] = sum[token] * keep + gain;
        max[token] = top;
      }
    }

    float[] output() {
      float[] output = new float[weighted.length];
      for (int i = 0; i < output.length; i++) {
        output[i] = (float) (weighted[i] / sum[i / D_V]);
      }
      return output;
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Tensor two = Tensor.zeros(2, 3);
    int[] pair = {0, 1};
    LshConfig config = LshConfig.defaults().withChunk(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SortedAttention(config.withCountOnce(true)))
        .withMessageContaining("without countOnce");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SortedTokens(two, two, pair, new int[1], pair))
        .withMessageContaining("2 positions and 1 buckets do not fit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SortedTokens(two, two, pair, pair, new int[] {0, 2}))
        .withMessageContaining("chunk 1 begins at 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SortedTokens(two, two, pair, pair, new int[] {1}))
        .withMessageContaining("chunk 0 begins at 1");
    for (int nowhere : new int[] {-1, Integer.MAX_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new SortedTokens(two, two, new int[] {0, nowhere}, pair, pair))
          .withMessageContaining("position " + nowhere + " is not one of a token");
    }
    SortedTokens one = new SortedTokens(two, two, pair, pair, new int[] {0});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SortedAttention(config).forward(one, Workers.inline()))
        .withMessageContaining("chunk 0 holds 2 tokens, but the configuration's hold at most 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new SortedAttention(config.withChunking(Chunking.SLIDING))
                .forward(one, Workers.inline()))
        .withMessageContaining("none with SLIDING");
    Tensor bad = Tensor.of(new float[] {0, Float.NaN}, 2, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new SortedAttention(config)
                .forward(new SortedTokens(bad, two, pair, pair, pair), Workers.inline()))
        .withMessageContaining("token 1 in head 0 holds NaN");
  }

  private static Tensor normal(Random random, int n, int d) {
    Tensor tensor = Tensor.zeros(n, d);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.data()[i] = (float) (1.5 * random.nextGaussian());
    }
    return tensor;
  }
}
