package dev.reformer4j.attention;

import dev.reformer4j.attention.reference.ChunkedStep;
import dev.reformer4j.tensor.Tensor;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A step of chunked LSH attention is what its definition says.
class ChunkedCacheTest {
  static Stream<CacheCase> cases() {
    return LongStream.range(0, 40).mapToObj(seed -> CacheCase.of(CacheCase.Kind.CHUNKED, seed));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyStepEqualsTheDefinition(CacheCase law) {
    int n = Math.min(law.n(), 100);
    int[][][] ids =
        IntStream.range(0, law.input().heads())
            .mapToObj(head -> ids(law, head))
            .toArray(int[][][]::new);
    AttentionCache cache = law.newCache();
    for (int token = 0; token < n; token++) {
      float[] output = law.step(cache, token);
      for (int head = 0; head < law.input().heads(); head++) {
        double[] expected =
            ChunkedStep.output(law.config(), law.input(), head, token + 1, ids[head]);
        for (int k = 0; k < expected.length; k++) {
          String what = "token " + token + ", head " + head;
          Same.number(what, k, expected[k], output[head * expected.length + k], 1);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void upToOneChunkAStepHasTheBitsOfTheFullPass(CacheCase law) {
    int n = Math.min(law.n(), law.config().chunk());
    Tensor whole = law.with(LawCase.tokens(law.input(), 0, n)).forward();

    Tensor steps = law.steps(law.newCache(), 0, n);

    Same.rows("output", whole, steps, IntStream.range(0, n).toArray(), true);
  }

  private static int[][] ids(CacheCase law, int head) {
    Hashes hashes = law.hashes();
    return IntStream.range(0, law.config().rounds())
        .mapToObj(round -> hashes.isHashed() ? hashes.ids(0, head, round) : new int[0])
        .toArray(int[][]::new);
  }
}
