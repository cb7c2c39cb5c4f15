package dev.reformer4j.bench;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.attention.AttentionResult;
import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Workers;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The checks before the benchmarks must be able to fail.
class ChecksTest {
  static Stream<Subject> subjects() {
    return Stream.of(
        Subject.lsh(2, 333, 24, 3, Buckets.auto()),
        Subject.lsh(2, 50, 24, 3, Buckets.auto()),
        Subject.lsh(1, 700, 16, 1, Buckets.of(6, 4)),
        Subject.local(2, 333, 24),
        Subject.exact(2, 333, 24));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void rightResultsPass(Subject subject) {
    assertThatNoException().isThrownBy(() -> subject.check(Workers.inline()));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void aWrongOutputIsNotTimed(Subject subject) {
    AttentionResult result = subject.forward(Workers.inline());
    result.output().data()[0] += 0.01f;
    assertThatThrownBy(() -> subject.checkOutputs(result, 0, 16))
        .hasMessageContaining("output 0 of query 0")
        .hasMessageContaining("wrong results are not timed");
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void aWrongLogSumExpIsNotTimed(Subject subject) {
    AttentionResult result = subject.forward(Workers.inline());
    result.logSumExp().data()[subject.input.n() - 1] += 0.01f;
    assertThatThrownBy(() -> subject.checkOutputs(result, 0, 16))
        .hasMessageContaining("log-sum-exp of query " + (subject.input.n() - 1));
  }

  @Test
  void aWrongNumberIsOffEvenIfItIsNone() {
    assertThatThrownBy(() -> Checks.near("x", Double.NaN, 1, 0.1))
        .hasMessage("x is NaN but should be 1.0; wrong results are not timed");
  }
}
