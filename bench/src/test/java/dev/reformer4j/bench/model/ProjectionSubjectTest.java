package dev.reformer4j.bench.model;

import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.reformer4j.attention.Workers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectionSubjectTest {
  @ParameterizedTest
  @CsvSource({"1, 8, 64", "2, 64, 300", "3, 10, 77"})
  void anyShapesAreCheckedAndRun(int heads, int width, int n) {
    ProjectionSubject subject = new ProjectionSubject(heads, width, n);
    assertThatNoException().isThrownBy(subject::check);
    assertThatNoException().isThrownBy(() -> subject.run(Workers.inline()));
  }
}
