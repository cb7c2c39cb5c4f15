package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a causal attention may know of the future: in every chunking, nothing of its values; where
/// the window does not depend on later tokens, nothing at all.
class CausalityTest {
  static Stream<LawCase> causal() {
    return Stream.concat(LawCase.small(120), LawCase.large(30))
        .map(law -> law.with(LawCase.causal(law.config())));
  }

  static Stream<LawCase> causalLsh() {
    return causal().filter(law -> law.kind() == LawCase.Kind.LSH);
  }

  /// With buckets cut into chunks, later tokens do move earlier ones into other chunks; but no
  /// weight ever falls on them.
  @ParameterizedTest
  @MethodSource("causal")
  void noTokenSeesItsFuture(LawCase law) {
    int last = law.random().nextInt(law.input().n());
    Tensor other = changedAfter(law.random(), law.input().value(), last);
    int[] past = IntStream.rangeClosed(0, last).toArray();

    AttentionResult changed = law.with(LawCase.withValue(law.input(), other)).forward();

    Same.rows(law.forward(), changed, past, true);
  }

  @ParameterizedTest
  @MethodSource("causal")
  void noGradientFlowsIntoTheFuture(LawCase law) {
    int last = law.random().nextInt(law.input().n());
    Tensor gradient = onlyUpTo(law.outputGradient(), last);
    Gradients gradients = law.backward(law.forward(), gradient, Workers.inline());
    Tensor value = gradients.value();
    int[] future = IntStream.range(last + 1, law.input().n()).toArray();
    for (int row = 0; row < value.size() / (value.dim(-2) * value.dim(-1)); row++) {
      for (int token : future) {
        for (int k = 0; k < value.dim(-1); k++) {
          float number = value.data()[(row * value.dim(-2) + token) * value.dim(-1) + k];
          if (number != 0) {
            throw new AssertionError("value gradient of token " + token + " is " + number);
          }
        }
      }
    }
  }

  /// Everything about later tokens may change: what they are, and which buckets they fall into.
  @ParameterizedTest
  @MethodSource("causal")
  void whatComesLaterChangesNothingWhereWindowsLookBackByPosition(LawCase law) {
    if (law.kind() == LawCase.Kind.LSH) {
      law = law.with(law.config().withNeighbours(1, 0).withChunking(Chunking.SLIDING));
    } else if (law.kind() == LawCase.Kind.LOCAL && law.localConfig().wrap()) {
      law = law.with(law.config().withNeighbours(1, 0));
    }
    AttentionInput input = law.input();
    int last = law.random().nextInt(input.n());
    Tensor query = changedAfter(law.random(), input.query(), last);
    AttentionInput other =
        input.isShared()
            ? AttentionInput.shared(query, changedAfter(law.random(), input.value(), last))
            : AttentionInput.separate(
                query,
                changedAfter(law.random(), input.key(), last),
                changedAfter(law.random(), input.value(), last));
    if (input.mask().isPresent()) {
      other = other.withMask(input.mask().get());
    }
    int[] past = IntStream.rangeClosed(0, last).toArray();

    Same.rows(law.forward(), law.with(other).forward(), past, true);
  }

  /// Training equals generation: a prefix alone gives the buckets, the orders and the rows that it
  /// has within the whole.
  @ParameterizedTest
  @MethodSource("causalLsh")
  void slidingIsPrefixStable(LawCase law) {
    LawCase sliding = law.with(LawCase.sliding(law.config()));
    LshResult whole = (LshResult) sliding.forward();
    for (int end : new int[] {1, (law.input().n() + 1) / 2, law.input().n() - 1}) {
      if (end < 1 || !hasTokens(law.input(), end)) {
        continue;
      }
      AttentionInput prefix = LawCase.tokens(law.input(), 0, end);

      LshResult alone = (LshResult) sliding.with(prefix).forward();

      for (int sequence = 0; sequence < law.input().batch(); sequence++) {
        for (int head = 0; head < law.input().heads(); head++) {
          for (int round = 0; round < law.config().rounds(); round++) {
            assertThat(alone.hashes().ids(sequence, head, round))
                .isEqualTo(Arrays.copyOf(whole.hashes().ids(sequence, head, round), end));
            assertThat(alone.hashes().order(sequence, head, round))
                .isEqualTo(
                    Arrays.stream(whole.hashes().order(sequence, head, round))
                        .filter(token -> token < end)
                        .toArray());
          }
        }
      }
      Same.rows(whole, alone, IntStream.range(0, end).toArray(), true);
    }
  }

  private static boolean hasTokens(AttentionInput input, int end) {
    return IntStream.range(0, input.batch())
        .allMatch(
            sequence -> IntStream.range(0, end).anyMatch(token -> input.isToken(sequence, token)));
  }

  private static Tensor changedAfter(Random random, Tensor tensor, int last) {
    Tensor changed = Tensor.of(tensor.data().clone(), tensor.shape());
    int d = tensor.dim(-1);
    for (int i = 0; i < changed.size(); i++) {
      if (i / d % tensor.dim(-2) > last) {
        changed.data()[i] = (float) (3 * random.nextGaussian());
      }
    }
    return changed;
  }

  private static Tensor onlyUpTo(Tensor tensor, int last) {
    Tensor cut = Tensor.of(tensor.data().clone(), tensor.shape());
    for (int i = 0; i < cut.size(); i++) {
      cut.data()[i] = i / tensor.dim(-1) % tensor.dim(-2) > last ? 0 : cut.data()[i];
    }
    return cut;
  }
}
