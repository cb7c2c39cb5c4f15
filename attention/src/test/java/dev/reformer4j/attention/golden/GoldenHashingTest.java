package dev.reformer4j.attention.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Hashing;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Hashing alone finds the buckets of Hugging Face.
class GoldenHashingTest {
  static Stream<GoldenCase> hashedCases() {
    return GoldenCase.all("lsh").stream().filter(GoldenCase::isHashed);
  }

  @ParameterizedTest
  @MethodSource("hashedCases")
  void findsTheBucketsOfHuggingFace(GoldenCase golden) {
    int[][][][] expected = golden.ids();
    Tensor rotations = golden.rotations();
    boolean[] mask = golden.input().mask().orElse(new boolean[0]);
    int n = golden.integer("n");
    for (int sequence = 0; sequence < expected.length; sequence++) {
      for (int head = 0; head < expected[sequence].length; head++) {
        int row = sequence * expected[sequence].length + head;
        Tensor vectors = slice(golden.tensor("query"), row, n, golden.integer("d"));
        Tensor rotation =
            slice(rotations, head, rotations.dim(1), rotations.dim(2), rotations.dim(3));

        int[][] actual = Hashing.hash(vectors, rotation, golden.factors());

        for (int round = 0; round < actual.length; round++) {
          for (int i = 0; i < n; i++) {
            if (mask.length == 0 || mask[sequence * n + i]) {
              assertThat(actual[round][i])
                  .as("round %d, token %d; %s", round, i, GoldenJson.HOW_TO_MAKE)
                  .isEqualTo(expected[sequence][head][round][i]);
            }
          }
        }
      }
    }
  }

  /// The `index`-th part of that shape.
  private static Tensor slice(Tensor tensor, int index, int... shape) {
    int size = Tensor.sizeOf(shape);
    return Tensor.of(Arrays.copyOfRange(tensor.data(), index * size, (index + 1) * size), shape);
  }
}
