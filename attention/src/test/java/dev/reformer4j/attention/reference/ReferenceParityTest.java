package dev.reformer4j.attention.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.AttentionResult;
import dev.reformer4j.attention.ExactAttention;
import dev.reformer4j.attention.ExactConfig;
import dev.reformer4j.attention.Gradients;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LocalAttention;
import dev.reformer4j.attention.LocalConfig;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.LshResult;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The fast code, forward and backward, gives what the definitions give, with every option on or
/// off by chance.
class ReferenceParityTest {
  private static final double TOLERANCE = 2e-5;

  static Stream<RandomCase> cases() {
    return Stream.concat(RandomCase.first(200), RandomCase.large(60));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lshAttentionEqualsItsDefinition(RandomCase random) {
    LshResult result = lsh(random).forward(random.input(), Workers.inline());

    check(reference(random, result.hashes()), result.output(), result.logSumExp());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lshGradientsEqualTheirDefinition(RandomCase random) {
    LshAttention attention = lsh(random);
    LshResult result = attention.forward(random.input(), Workers.inline());

    Gradients gradients =
        attention.backward(random.input(), result, outputGradient(random), Workers.inline());

    check(random, reference(random, result.hashes()), gradients);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void hashingEqualsItsDefinition(RandomCase random) {
    LshConfig config = random.config();
    AttentionInput input = random.input();
    int[] factors = config.buckets().factors(input.n(), config.chunk());
    Tensor rotations =
        Rotations.seeded(random.seed())
            .draw(input.heads(), input.dQk(), config.rounds(), factors[0] / 2);

    Hashes hashes =
        new LshAttention(config, Rotations.of(rotations)).forward(input, Workers.inline()).hashes();

    if (hashes.isHashed()) {
      int[][][][] ids = ReferenceHashing.queryIds(input, rotations, factors);
      int[][][][] keyIds = ReferenceHashing.keyIds(input, rotations, factors);
      for (int sequence = 0; sequence < input.batch(); sequence++) {
        for (int head = 0; head < input.heads(); head++) {
          for (int round = 0; round < config.rounds(); round++) {
            checkIds(
                ids[sequence][head][round],
                hashes.ids(sequence, head, round),
                Head.rows(input.query(), sequence * input.heads() + head),
                rotations,
                head,
                round,
                factors);
            checkIds(
                keyIds[sequence][head][round],
                hashes.keyIds(sequence, head, round),
                Head.rows(input.key(), sequence * input.heads() + head),
                rotations,
                head,
                round,
                factors);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void localAttentionEqualsItsDefinition(RandomCase random) {
    LocalConfig config = localConfig(random);

    AttentionResult result = new LocalAttention(config).forward(random.input(), Workers.inline());

    check(reference(config, random), result.output(), result.logSumExp());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void localGradientsEqualTheirDefinition(RandomCase random) {
    LocalConfig config = localConfig(random);
    LocalAttention attention = new LocalAttention(config);
    AttentionResult result = attention.forward(random.input(), Workers.inline());

    Gradients gradients =
        attention.backward(random.input(), result, outputGradient(random), Workers.inline());

    check(random, reference(config, random), gradients);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void exactAttentionEqualsItsDefinition(RandomCase random) {
    boolean causal = random.config().causal();

    AttentionResult result =
        new ExactAttention(new ExactConfig(causal)).forward(random.input(), Workers.inline());

    check(Reference.exact(causal, random.input()), result.output(), result.logSumExp());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void exactGradientsEqualTheirDefinition(RandomCase random) {
    boolean causal = random.config().causal();
    ExactAttention attention = new ExactAttention(new ExactConfig(causal));
    AttentionResult result = attention.forward(random.input(), Workers.inline());

    Gradients gradients =
        attention.backward(random.input(), result, outputGradient(random), Workers.inline());

    check(random, Reference.exact(causal, random.input()), gradients);
  }

  private static LshAttention lsh(RandomCase random) {
    return new LshAttention(random.config(), Rotations.seeded(random.seed()));
  }

  private static LocalConfig localConfig(RandomCase random) {
    LshConfig lsh = random.config();
    boolean wrap = random.seed() % 2 == 0;
    return new LocalConfig(lsh.chunk(), lsh.before(), lsh.after(), lsh.causal(), wrap);
  }

  private static ReferenceResult reference(LocalConfig config, RandomCase random) {
    return Reference.local(
        config.chunk(),
        config.before(),
        config.after(),
        config.causal(),
        config.wrap(),
        random.input());
  }

  /// The definition with the buckets that the fast code found.
  private static ReferenceResult reference(RandomCase random, Hashes hashes) {
    AttentionInput input = random.input();
    int[][][][] ids = new int[input.batch()][input.heads()][hashes.rounds()][];
    int[][][][] keyIds = new int[input.batch()][input.heads()][hashes.rounds()][];
    for (int sequence = 0; sequence < input.batch(); sequence++) {
      for (int head = 0; head < input.heads(); head++) {
        for (int round = 0; round < hashes.rounds(); round++) {
          ids[sequence][head][round] = hashes.ids(sequence, head, round);
          keyIds[sequence][head][round] = hashes.keyIds(sequence, head, round);
        }
      }
    }
    return Reference.lsh(random.config(), input, ids, keyIds);
  }

  private static Tensor outputGradient(RandomCase random) {
    AttentionInput input = random.input();
    return Tensor.of(random.outputGradient(), input.batch(), input.heads(), input.n(), input.dV());
  }

  private static void check(ReferenceResult reference, Tensor output, Tensor logSumExp) {
    check("output", reference.output(), output, largest(reference.output()));
    double[] expected = reference.logSumExp();
    for (int i = 0; i < expected.length; i++) {
      double allowed = Math.max(TOLERANCE, 5e-7 * Math.abs(expected[i]));
      float actual = logSumExp.data()[i];
      assertThat(actual == expected[i] || Math.abs(actual - expected[i]) <= allowed)
          .as("logSumExp[%d] is %s, not %s", i, actual, expected[i])
          .isTrue();
    }
  }

  private static void check(RandomCase random, ReferenceResult reference, Gradients gradients) {
    ReferenceGradients expected = reference.gradients(random.outputGradient());
    double largest = largest(expected.query(), expected.key(), expected.value());
    double cancelled = steepest(random.input().key()) * largest(expected.value()) / 20;
    check("queryGradient", expected.query(), gradients.query(), Math.max(largest, cancelled));
    check("keyGradient", expected.key(), gradients.key(), Math.max(largest, cancelled));
    check("valueGradient", expected.value(), gradients.value(), largest);
  }

  /// The largest factor that gives a key unit length, up to 10³ for one next to zero. What cancels
  /// to nothing in exact numbers, as the gradient of the only key that a query sees, is in float32
  /// the rounding of a dot product, times this.
  private static double steepest(Tensor keys) {
    int d = keys.dim(-1);
    double least = Double.POSITIVE_INFINITY;
    for (int from = 0; from < keys.size(); from += d) {
      double squares = 1e-6 * d;
      for (int i = from; i < from + d; i++) {
        squares += (double) keys.data()[i] * keys.data()[i];
      }
      least = Math.min(least, squares);
    }
    return 1 / Math.sqrt(least);
  }

  private static double largest(double[]... numbers) {
    return Stream.of(numbers).flatMapToDouble(Arrays::stream).map(Math::abs).reduce(1, Math::max);
  }

  /// Relative to the largest of its kind, from whose likes each is a sum that may cancel.
  private static void check(String what, double[] expected, Tensor actual, double largest) {
    assertThat(actual.size()).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(expected[i] - actual.data()[i]))
          .as("%s[%d] is %s, not %s", what, i, actual.data()[i], expected[i])
          .isLessThanOrEqualTo(TOLERANCE * largest);
    }
  }

  /// Buckets may differ only where the race is closer than float32 can tell.
  private static void checkIds(
      int[] expected,
      int[] actual,
      double[][] x,
      Tensor rotations,
      int head,
      int round,
      int[] factors) {
    for (int i = 0; i < expected.length; i++) {
      if (actual[i] != expected[i]) {
        double[] rotated = ReferenceHashing.rotate(x[i], rotations, head, round);
        assertThat(ReferenceHashing.lead(rotated, factors))
            .as("token %d is in bucket %d, not %d", i, actual[i], expected[i])
            .isLessThan(1e-5);
      }
    }
  }
}
