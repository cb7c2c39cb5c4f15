package dev.reformer4j.bench.model;

import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.reformer4j.attention.Workers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DenseSubjectTest {
  @ParameterizedTest
  @CsvSource({"1, 1, 64", "256, 258, 64", "67, 33, 200"})
  void anyWidthsAreCheckedAndRun(int in, int out, int n) {
    DenseSubject subject = new DenseSubject(in, out, n);
    assertThatNoException().isThrownBy(subject::check);
    assertThatNoException().isThrownBy(() -> subject.run(Workers.inline()));
  }
}
