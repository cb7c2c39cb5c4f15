package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.reformer4j.attention.reference.ReferenceHashing;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Hashing alone: only the direction counts, opposite vectors take opposite posts, and the corners
/// are what the documentation says.
class HashingTest {
  static LongStream seeds() {
    return LongStream.range(0, 50);
  }

  /// To the bit for powers of two; for other factors unless rounding decides.
  @ParameterizedTest
  @MethodSource("seeds")
  void scalingAVectorKeepsItsBucket(long seed) {
    Drawn drawn = Drawn.of(seed);
    int[][] ids = drawn.hash(drawn.vectors);
    for (int power : new int[] {-40, -1, 1, 30}) {
      assertThat(drawn.hash(drawn.scaled(Math.scalb(1f, power)))).isDeepEqualTo(ids);
    }
    int[][] other = drawn.hash(drawn.scaled(0.37f));
    for (int round = 0; round < ids.length; round++) {
      for (int i = 0; i < ids[round].length; i++) {
        if (other[round][i] != ids[round][i]) {
          assertThat(drawn.lead(i, round)).as("token %d, round %d", i, round).isLessThan(1e-5);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theOppositeVectorHasTheOppositePost(long seed) {
    Drawn drawn = Drawn.of(seed);
    int[][] ids = drawn.hash(drawn.vectors);
    int[][] opposite = drawn.hash(drawn.scaled(-1));
    for (int round = 0; round < ids.length; round++) {
      for (int i = 0; i < ids[round].length; i++) {
        int expected = 0;
        int weight = 1;
        for (int factor : drawn.factors) {
          int post = ids[round][i] / weight % factor;
          expected += weight * ((post + factor / 2) % factor);
          weight *= factor;
        }
        assertThat(opposite[round][i]).as("token %d, round %d", i, round).isEqualTo(expected);
      }
    }
  }

  /// What lies beside a vector in memory does not matter, nor where it stands.
  @ParameterizedTest
  @MethodSource("seeds")
  void aVectorAloneHasTheBucketItHasAmongOthers(long seed) {
    Drawn drawn = Drawn.of(seed);
    int[][] ids = drawn.hash(drawn.vectors);
    int d = drawn.vectors.dim(1);
    for (int i = 0; i < drawn.vectors.dim(0); i += 7) {
      float[] one = Arrays.copyOfRange(drawn.vectors.data(), i * d, (i + 1) * d);
      int[][] alone = drawn.hash(Tensor.of(one, 1, d));
      for (int round = 0; round < ids.length; round++) {
        assertThat(alone[round][0]).isEqualTo(ids[round][i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void bucketsAreThoseOfTheDefinition(long seed) {
    Drawn drawn = Drawn.of(seed);
    int[][] ids = drawn.hash(drawn.vectors);
    for (int round = 0; round < ids.length; round++) {
      for (int i = 0; i < ids[round].length; i++) {
        int expected = ReferenceHashing.id(drawn.rotated(i, round), drawn.factors);
        if (ids[round][i] != expected) {
          assertThat(drawn.lead(i, round)).as("token %d, round %d", i, round).isLessThan(1e-5);
        }
      }
    }
  }

  @Test
  void theZeroVectorHasBucketZero() {
    Tensor rotations = LawCase.normal(new Random(1), 6, 3, 5 + 2);
    float[] zeros = {0, -0f, 0, -0f, -0f, 0};
    assertThat(Hashing.hash(Tensor.of(zeros, 1, 6), rotations, 10, 4))
        .isDeepEqualTo(new int[][] {{0}, {0}, {0}});
    // Too short to leave anything behind in float32 is as good as zero.
    Tensor tiny = Tensor.of(new float[] {Float.MIN_VALUE}, 1, 1);
    Tensor half = Tensor.of(new float[] {-0.25f, -0.25f}, 1, 1, 2);
    assertThat(Hashing.hash(tiny, half, 4)[0][0]).isZero();
  }

  @Test
  void theLowestPostWinsATie() {
    Tensor ones = Tensor.of(new float[] {1, 1, 1, 1, 1, 1}, 1, 2, 3);
    assertThat(Hashing.hash(Tensor.of(new float[] {2}, 1, 1), ones, 6))
        .isDeepEqualTo(new int[][] {{0}, {0}});
    assertThat(Hashing.hash(Tensor.of(new float[] {-2}, 1, 1), ones, 6))
        .isDeepEqualTo(new int[][] {{3}, {3}});
    Tensor mixed = Tensor.of(new float[] {-1, 1}, 1, 1, 2);
    assertThat(Hashing.hash(Tensor.of(new float[] {1}, 1, 1), mixed, 4)[0][0]).isEqualTo(1);
    assertThat(Hashing.hash(Tensor.of(new float[] {-1}, 1, 1), mixed, 4)[0][0]).isZero();
  }

  @Test
  void noVectorsHaveNoBuckets() {
    assertThat(Hashing.hash(Tensor.zeros(0, 3), Tensor.zeros(3, 2, 4), 8))
        .isDeepEqualTo(new int[2][0]);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void whatIsNotFiniteIsNamed(float bad) {
    Tensor vectors = Tensor.zeros(130, 3);
    vectors.data()[129 * 3 + 1] = bad;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hashing.hash(vectors, Tensor.zeros(3, 1, 2), 4))
        .withMessage(
            "query/key vector of token 129 holds %s at index 1; every number must be finite", bad);
  }

  @Test
  void aSquareThatOverflowsIsNamed() {
    Tensor vectors = Tensor.zeros(3, 2);
    vectors.data()[4] = 1.5e19f;
    vectors.data()[5] = 1.5e19f;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hashing.hash(vectors, Tensor.zeros(2, 1, 2), 4))
        .withMessage(
            "query/key vector of token 2 is so long that its square overflows float32; scale the"
                + " vectors down");
  }

  @Test
  void shapesThatDoNotFitAreNamed() {
    for (int[][] shapes :
        new int[][][] {
          {{5, 3}, {4, 1, 2}},
          {{5, 3}, {3, 1, 3}},
          {{5, 3}, {3, 2}},
          {{5}, {3, 1, 2}},
          {{1, 5, 3}, {3, 1, 2}}
        }) {
      Tensor vectors = Tensor.zeros(shapes[0]);
      Tensor rotations = Tensor.zeros(shapes[1]);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Hashing.hash(vectors, rotations, 4))
          .withMessage(
              "vectors %s and rotations %s do not fit the bucket factors [4]; vectors must be [n,"
                  + " dQk] and rotations [dQk, rounds, 2]",
              vectors, rotations);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hashing.hash(Tensor.zeros(5, 3), Tensor.zeros(3, 1, 2), 3))
        .withMessageContaining("bucket count 3 is not an even number");
  }

  /// Vectors and rotations of any size, several factors or one.
  private record Drawn(Tensor vectors, Tensor rotations, int[] factors) {
    static Drawn of(long seed) {
      Random random = new Random(seed);
      int d = 1 + random.nextInt(70);
      int[] factors =
          IntStream.range(0, 1 + random.nextInt(3)).map(i -> 2 + 2 * random.nextInt(8)).toArray();
      Tensor vectors = LawCase.normal(random, 1 + random.nextInt(200), d);
      Tensor rotations = LawCase.normal(random, d, 1 + random.nextInt(5), Buckets.columns(factors));
      return new Drawn(vectors, rotations, factors);
    }

    int[][] hash(Tensor of) {
      return Hashing.hash(of, rotations, factors);
    }

    Tensor scaled(float factor) {
      Tensor scaled = Tensor.zeros(vectors.shape());
      for (int i = 0; i < scaled.size(); i++) {
        scaled.data()[i] = factor * vectors.data()[i];
      }
      return scaled;
    }

    double[] rotated(int token, int round) {
      int d = vectors.dim(1);
      double[] x = new double[d];
      Arrays.setAll(x, k -> vectors.data()[token * d + k]);
      return ReferenceHashing.rotate(
          x, rotations.reshape(1, d, rotations.dim(1), rotations.dim(2)), 0, round);
    }

    double lead(int token, int round) {
      return ReferenceHashing.lead(rotated(token, round), factors);
    }
  }
}
