package dev.reformer4j.attention.reference;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.tensor.Tensor;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// One small attention drawn from a seed, every option on or off by chance: for laws that must hold
/// always. A failing test prints the seed, and [#of(long)] makes the same case again.
///
/// @param seed what it was drawn from
/// @param config any chunking, options, neighbours
/// @param input shared or separate, with or without padding
/// @param ids `[batch][heads][rounds][n]`, random, padding in a bucket of its own
/// @param keyIds likewise for the keys; the same array when shared
/// @param outputGradient `[batch, heads, n, dV]`
public record RandomCase(
    long seed,
    LshConfig config,
    AttentionInput input,
    int[][][][] ids,
    int[][][][] keyIds,
    float[] outputGradient) {

  /// The cases of seeds 0 … count − 1.
  public static Stream<RandomCase> first(int count) {
    return LongStream.range(0, count).mapToObj(RandomCase::of);
  }

  /// The case of one seed, at most 28 tokens.
  public static RandomCase of(long seed) {
    Random random = new Random(seed);
    int n = 1 + random.nextInt(28);
    int dQk = 2 + random.nextInt(5);
    int dV = 1 + random.nextInt(5);
    int buckets = 2 + 2 * random.nextInt(3);
    return draw(seed, random, n, dQk, dV, config(random, buckets, 9));
  }

  /// Cases of seeds 0 … count − 1 at sizes that fill vectors and blocks of the fast code and leave
  /// a rest: up to 400 tokens, widths up to 80, chunks up to 150.
  public static Stream<RandomCase> large(int count) {
    return LongStream.range(0, count).mapToObj(RandomCase::large);
  }

  /// The large case of one seed.
  public static RandomCase large(long seed) {
    Random random = new Random(~seed);
    int n = 1 + random.nextInt(random.nextBoolean() ? 400 : 130);
    int dQk = 1 + random.nextInt(random.nextBoolean() ? 80 : 9);
    int dV = 1 + random.nextInt(random.nextBoolean() ? 80 : 9);
    int buckets = 2 + 2 * random.nextInt(8);
    RandomCase drawn =
        draw(seed, random, n, dQk, dV, config(random, buckets, random.nextBoolean() ? 150 : 20));
    if (seed % 4 == 3) {
      scaleRows(random, drawn.input.query());
      if (!drawn.input.isShared()) {
        scaleRows(random, drawn.input.key());
      }
    }
    return drawn;
  }

  private static void scaleRows(Random random, Tensor vectors) {
    int d = vectors.dim(-1);
    for (int from = 0; from < vectors.size(); from += d) {
      float factor = new float[] {1, 0, 1e-3f, 4}[random.nextInt(4)];
      for (int i = from; i < from + d; i++) {
        vectors.data()[i] *= factor;
      }
    }
  }

  private static RandomCase draw(
      long seed, Random random, int n, int dQk, int dV, LshConfig config) {
    int batch = 1 + random.nextInt(2);
    int heads = 1 + random.nextInt(2);
    int buckets = config.buckets().factors(n, config.chunk())[0];
    Tensor query = normal(random, batch, heads, n, dQk);
    Tensor value = normal(random, batch, heads, n, dV);
    AttentionInput input =
        random.nextInt(3) > 0
            ? AttentionInput.shared(query, value)
            : AttentionInput.separate(query, normal(random, batch, heads, n, dQk), value);
    if (random.nextBoolean()) {
      input = input.withMask(mask(random, batch, n));
    }
    int[][][][] ids = ids(random, config.rounds(), buckets, input);
    int[][][][] keyIds = input.isShared() ? ids : ids(random, config.rounds(), buckets, input);
    float[] outputGradient = normal(random, batch, heads, n, dV).data();
    return new RandomCase(seed, config, input, ids, keyIds, outputGradient);
  }

  /// The same with another configuration of as many rounds.
  public RandomCase withConfig(LshConfig other) {
    return new RandomCase(seed, other, input, ids, keyIds, outputGradient);
  }

  /// What the definition makes of it.
  public ReferenceResult reference() {
    return Reference.lsh(config, input, ids, keyIds);
  }

  /// The seed and the settings.
  @Override
  public String toString() {
    return "seed %d: %s, %s %s%s"
        .formatted(
            seed,
            config,
            input.isShared() ? "shared" : "separate",
            input.query(),
            input.mask().isPresent() ? ", padded" : "");
  }

  private static LshConfig config(Random random, int buckets, int maxChunk) {
    Chunking chunking = random.nextBoolean() ? Chunking.CHUNKED : Chunking.SLIDING;
    int before = random.nextInt(3);
    int after = random.nextInt(3);
    int rounds = 1 + random.nextInt(4);
    int chunk = 1 + random.nextInt(maxChunk);
    boolean causal = random.nextBoolean();
    boolean blind = chunking == Chunking.SLIDING && before == 0 && (causal || after == 0);
    return new LshConfig(
        rounds,
        Buckets.of(buckets),
        chunk,
        blind ? 1 : before,
        after,
        causal,
        chunking,
        random.nextBoolean(),
        random.nextBoolean());
  }

  private static Tensor normal(Random random, int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.data()[i] = (float) random.nextGaussian();
    }
    return tensor;
  }

  /// At least one token in every sequence.
  private static boolean[] mask(Random random, int batch, int n) {
    boolean[] mask = new boolean[batch * n];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = random.nextInt(4) > 0;
    }
    for (int sequence = 0; sequence < batch; sequence++) {
      mask[sequence * n + random.nextInt(n)] = true;
    }
    return mask;
  }

  private static int[][][][] ids(Random random, int rounds, int buckets, AttentionInput input) {
    int[][][][] ids = new int[input.batch()][input.heads()][rounds][input.n()];
    for (int sequence = 0; sequence < ids.length; sequence++) {
      for (int[][] head : ids[sequence]) {
        for (int[] round : head) {
          for (int i = 0; i < round.length; i++) {
            boolean token = input.mask().isEmpty() || input.mask().get()[sequence * input.n() + i];
            round[i] = token ? random.nextInt(buckets) : buckets;
          }
        }
      }
    }
    return ids;
  }
}
