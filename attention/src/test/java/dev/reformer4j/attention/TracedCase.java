package dev.reformer4j.attention;

import dev.reformer4j.tensor.Tensor;
import java.util.Random;
import java.util.stream.Stream;

/// One attention to explain: random vectors, values that name their tokens, and every kind of
/// option.
///
/// The value of token j is the j-th unit vector, so that an output row *is* the list of weights of
/// its keys.
record TracedCase(String name, AttentionInput input, LshConfig config, Rotations rotations) {

  static Stream<TracedCase> all() {
    LshConfig base = LshConfig.defaults().withRounds(3).withChunk(4).withBuckets(Buckets.of(4));
    LshConfig factors = base.withBuckets(Buckets.of(2, 6));
    LshConfig sliding = base.withChunking(Chunking.SLIDING);
    return Stream.of(
        shared("chunked", 29, base),
        shared("one round", 29, base.withRounds(1)),
        shared("two chunks and both neighbours", 8, base.withNeighbours(1, 1)),
        shared("causal, factors", 31, factors.withCausal(true)),
        shared("after only", 30, base.withNeighbours(0, 2)),
        shared("mask other buckets", 29, base.withMaskOtherBuckets(true)),
        shared("count once", 29, base.withCountOnce(true)),
        shared("the paper, causal", 37, factors.withMaskOtherBuckets(true).withCountOnce(true)),
        shared("short", 4, base),
        shared("one token", 1, base.withCausal(true)),
        shared("sliding", 29, sliding),
        shared("sliding, causal, count once", 41, sliding.withCausal(true).withCountOnce(true)),
        shared("sliding both ways", 29, sliding.withNeighbours(1, 1)),
        padded("padding", 29, base),
        padded("padding, causal", 29, base.withCausal(true)),
        padded("padding, the paper", 29, base.withMaskOtherBuckets(true).withCountOnce(true)),
        padded("padding, sliding", 29, sliding.withNeighbours(1, 1)),
        padded("padding, short", 4, base),
        separate("separate", 29, base),
        separate("separate, causal, paper", 29, base.withCausal(true).withMaskOtherBuckets(true)),
        separate("separate, sliding", 29, sliding.withNeighbours(1, 1)),
        separate("separate, sliding, causal", 29, sliding.withCausal(true)));
  }

  private static TracedCase shared(String name, int n, LshConfig config) {
    Random random = new Random(name.hashCode());
    Tensor qk = vectors(random, n);
    return new TracedCase(name, AttentionInput.shared(qk, names(n)), config, Rotations.seeded(5));
  }

  private static TracedCase padded(String name, int n, LshConfig config) {
    TracedCase whole = shared(name, n, config);
    boolean[] mask = new boolean[2 * n];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i < n ? i < n - 3 : i % 5 != 0;
    }
    return new TracedCase(name, whole.input.withMask(mask), config, whole.rotations);
  }

  private static TracedCase separate(String name, int n, LshConfig config) {
    Random random = new Random(name.hashCode());
    AttentionInput input =
        AttentionInput.separate(vectors(random, n), vectors(random, n), names(n));
    return new TracedCase(name, input, config, Rotations.seeded(5));
  }

  /// `[2, 2, n, 6]`: two sequences, two heads.
  private static Tensor vectors(Random random, int n) {
    Tensor vectors = Tensor.zeros(2, 2, n, 6);
    for (int i = 0; i < vectors.size(); i++) {
      vectors.data()[i] = (float) random.nextGaussian();
    }
    return vectors;
  }

  /// `[2, 2, n, n]`: the identity, four times.
  private static Tensor names(int n) {
    Tensor names = Tensor.zeros(2, 2, n, n);
    for (int row = 0; row < 4 * n; row++) {
      names.data()[row * n + row % n] = 1;
    }
    return names;
  }

  @Override
  public String toString() {
    return name;
  }
}
