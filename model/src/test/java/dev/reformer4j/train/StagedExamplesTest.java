package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class StagedExamplesTest {
  /// Says its name and the number that was asked for.
  private record Named(int name) implements Examples {
    @Override
    public long epoch() {
      return name;
    }

    @Override
    public Example example(long number) {
      return new Example(new int[] {name, (int) number}, new int[] {0, 0});
    }
  }

  @Test
  void everyStageCountsFromItsBegin() {
    StagedExamples staged =
        new StagedExamples(
            List.of(
                new StagedExamples.Stage(new Named(1), 3),
                new StagedExamples.Stage(new Named(2), 4)),
            new Named(3));
    int[][] expected = {{1, 0}, {1, 1}, {1, 2}, {2, 0}, {3, 0}, {3, 1}};
    for (int i = 0; i < expected.length; i++) {
      assertThat(staged.example(i).ids()).isEqualTo(expected[i]);
    }
    assertThat(staged.epoch()).isEqualTo(3);
  }

  @Test
  void aStageThatEndsBeforeItBeginsIsRefused() {
    List<StagedExamples.Stage> stages =
        List.of(
            new StagedExamples.Stage(new Named(1), 3), new StagedExamples.Stage(new Named(2), 3));
    assertThatThrownBy(() -> new StagedExamples(stages, new Named(3)))
        .hasMessageContaining("end of a stage is 3, but must be above 3");
  }
}
