package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelledExamplesTest {
  private static final List<int[]> TEXTS =
      IntStream.range(0, 13).mapToObj(i -> new int[] {i, i + 1, i + 2}).toList();
  private static final int[] LABELS = IntStream.range(0, 13).map(i -> i % 3).toArray();

  @Test
  void everyEpochHasEveryTextOnceInAnotherOrder() {
    LabelledExamples examples = new LabelledExamples(TEXTS, LABELS, 2, 7);
    int[][] orders = new int[3][13];
    for (int i = 0; i < 39; i++) {
      Example example = examples.example(i);
      assertThat(example.ids()).hasSize(2);
      assertThat(example.targets()).containsExactly(example.ids()[0] % 3);
      orders[i / 13][i % 13] = example.ids()[0];
    }
    for (int[] order : orders) {
      assertThat(Arrays.stream(order).sorted().toArray())
          .isEqualTo(IntStream.range(0, 13).toArray());
    }
    assertThat(orders[0]).isNotEqualTo(orders[1]);
    assertThat(TEXTS.getFirst()).hasSize(3);
  }

  @Test
  void whatIsHeldOutIsAShareThatIsTheSameForEverybody() {
    assertThat(LabelledExamples.heldOut(1000, 0.05)).hasSize(50).isSorted().doesNotHaveDuplicates();
    assertThat(LabelledExamples.heldOut(1000, 0.05))
        .isEqualTo(LabelledExamples.heldOut(1000, 0.05));
    assertThat(LabelledExamples.heldOut(1000, 0)).isEmpty();
    assertThat(LabelledExamples.heldOut(3, 0.05)).isEmpty();
    int[] half = LabelledExamples.heldOut(1000, 0.5);
    assertThat(Arrays.stream(half).filter(i -> i < 500).count()).isBetween(200L, 300L);
  }

  @Test
  void listsThatDoNotBelongTogetherAreRefused() {
    assertThatThrownBy(() -> new LabelledExamples(TEXTS, new int[1], 2, 7))
        .hasMessageContaining("number of labels is 1");
    assertThatThrownBy(() -> new LabelledExamples(List.of(), new int[0], 2, 7))
        .hasMessageContaining("at least 1");
  }
}
