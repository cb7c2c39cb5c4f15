package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.attention.LawCase.Kind;
import dev.reformer4j.tensor.Tensor;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A call that cannot go on says why, at once, from whatever thread, and the workers are as good as
/// new.
@Timeout(120)
class FailureTest {
  static Stream<LawCase> longCases() {
    return LawCase.shared(6);
  }

  @ParameterizedTest
  @MethodSource("longCases")
  void aValueThatIsNotFiniteIsNamed(LawCase law) {
    AttentionInput input = law.input();
    int head = input.heads() - 1;
    int token = law.realTokens().skip(law.input().n() / 2).findFirst().orElseThrow();
    try (Workers workers = Workers.of(3)) {
      for (int repeat = 0; repeat < 5; repeat++) {
        for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
          Tensor value = Tensor.of(input.value().data().clone(), input.value().shape());
          value.data()[(head * input.n() + token) * input.dV() + 4] = bad;
          assertThatIllegalArgumentException()
              .isThrownBy(() -> law.with(LawCase.withValue(input, value)).forward(workers))
              .withMessage(
                  "value vector of token %d in head %d holds %s at index 4; every number must be"
                      + " finite",
                  token, head, bad);
        }
      }
      Same.bits(law.forward(), law.forward(workers));
    }
  }

  @Test
  void inABatchTheSequenceIsNamedToo() {
    Tensor qk = Tensor.zeros(2, 3, 70, 4);
    Tensor value = Tensor.zeros(2, 3, 70, 4);
    LshAttention attention = new LshAttention(LshConfig.defaults(), Rotations.seeded(1));
    AttentionInput input = AttentionInput.shared(qk, value);
    int at = ((1 * 3 + 2) * 70 + 65) * 4 + 3;
    value.data()[at] = Float.NaN;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attention.forward(input, Workers.inline()))
        .withMessage(
            "value vector of token 65 in head 2 of sequence 1 holds NaN at index 3; every number"
                + " must be finite");
    qk.data()[at] = Float.NaN;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attention.forward(input, Workers.inline()))
        .withMessage(
            "query/key vector of token 65 in head 2 of sequence 1 holds NaN at index 3; every"
                + " number must be finite");
  }

  @ParameterizedTest
  @MethodSource("longCases")
  void aQueryThatIsNotFiniteIsNamed(LawCase law) {
    AttentionInput input = law.input();
    int token = input.n() - 1;
    Tensor query = Tensor.of(input.query().data().clone(), input.query().shape());
    query.data()[token * input.dQk() + 2] = Float.NaN;
    try (Workers workers = Workers.of(3)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> law.with(LawCase.withQuery(input, query)).forward(workers))
          .withMessageContaining("vector of token %d", token)
          .withMessageContaining("holds NaN at index 2; every number must be finite");
    }
  }

  @ParameterizedTest
  @MethodSource("longCases")
  void anOutputGradientThatIsNotFiniteIsNamed(LawCase law) {
    AttentionResult result = law.forward();
    Tensor gradient = Tensor.of(law.outputGradient().data().clone(), law.outputGradient().shape());
    gradient.data()[17 * law.input().dV()] = Float.POSITIVE_INFINITY;
    try (Workers workers = Workers.of(3)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> law.backward(result, gradient, workers))
          .withMessageStartingWith("output gradient of token 17 ")
          .withMessageEndingWith("every number must be finite");
    }
  }

  /// At any moment, many times over: also while other threads wait for a stage to end.
  @ParameterizedTest
  @MethodSource("longCases")
  void anInterruptEndsALongRunSoon(LawCase law) throws InterruptedException {
    AttentionResult expected = law.forward();
    try (Workers workers = Workers.of(3)) {
      Thread caller = Thread.currentThread();
      for (int repeat = 0; repeat < 8; repeat++) {
        long delay = 1 + 3L * repeat;
        Thread interrupter =
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    TimeUnit.MILLISECONDS.sleep(delay);
                  } catch (InterruptedException ended) {
                    return;
                  }
                  caller.interrupt();
                });
        long began = System.nanoTime();
        try {
          while (true) {
            law.forward(workers);
          }
        } catch (CancellationException interrupted) {
          assertThat(interrupted).hasMessageStartingWith("the work was interrupted");
        }
        assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(10));
        assertThat(Thread.interrupted()).isTrue();
        interrupter.join();
      }
      Same.bits(expected, law.forward(workers));
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aGradientOfAnotherShapeIsRefused(Kind kind) {
    LawCase law = LawCase.small(1).filter(one -> one.kind() == kind).findFirst().orElseThrow();
    AttentionResult result = law.forward();
    int[] shape = law.input().value().shape();
    shape[2]++;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> law.backward(result, Tensor.zeros(shape), Workers.inline()))
        .withMessageContaining("does not have the shape of the output");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aResultOfAnotherInputIsRefused(Kind kind) {
    LawCase law = LawCase.large(1).filter(one -> one.kind() == kind).findFirst().orElseThrow();
    LawCase shorter =
        law.with(
            AttentionInput.shared(
                LawCase.tokens(law.input().query(), 0, 5),
                LawCase.tokens(law.input().value(), 0, 5)));
    AttentionResult result = shorter.forward();
    assertThatThrownBy(() -> law.backward(result, law.outputGradient(), Workers.inline()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("this input");
  }
}
