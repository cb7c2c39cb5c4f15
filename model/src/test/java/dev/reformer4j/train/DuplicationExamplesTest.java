package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DuplicationExamplesTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 127", "3, 2", "31, 127", "64, 5"})
  void aSequenceIsAWordTwiceAndOnlyTheSecondIsAsked(int wordLength, int symbols) {
    DuplicationExamples examples = new DuplicationExamples(wordLength, symbols, 7);
    for (long number : new long[] {0, 1, 99, Long.MAX_VALUE - 1}) {
      Example example = examples.example(number);
      int[] ids = example.ids();
      int half = wordLength + 1;
      assertThat(ids).hasSize(2 * half).hasSize(examples.length());
      assertThat(ids[0]).isZero();
      assertThat(Arrays.copyOfRange(ids, half, 2 * half)).isEqualTo(Arrays.copyOf(ids, half));
      assertThat(Arrays.stream(ids, 1, half)).allMatch(id -> id >= 1 && id <= symbols);
      assertThat(example.count()).isEqualTo(wordLength);
      for (int i = 0; i < ids.length; i++) {
        boolean asked = i >= half && i < ids.length - 1;
        assertThat(example.targets()[i]).isEqualTo(asked ? ids[i + 1] : CrossEntropy.IGNORED);
      }
    }
  }

  @Test
  void everyNumberAndSeedHasItsOwnWordAlways() {
    DuplicationExamples examples = new DuplicationExamples(20, 127, 7);
    int[] first = examples.example(5).ids();
    assertThat(new DuplicationExamples(20, 127, 7).example(5).ids()).isEqualTo(first);
    assertThat(examples.example(6).ids()).isNotEqualTo(first);
    assertThat(new DuplicationExamples(20, 127, 8).example(5).ids()).isNotEqualTo(first);
    assertThat(DuplicationExamples.heldOut(20, 127).example(5).ids()).isNotEqualTo(first);
    assertThat(DuplicationExamples.heldOut(20, 127).example(5).ids())
        .isNotEqualTo(new DuplicationExamples(20, 127, 0).example(5).ids());
  }

  @Test
  void allSymbolsAreUsed() {
    int[] ids = new DuplicationExamples(2000, 127, 1).example(0).ids();
    assertThat(Arrays.stream(ids).distinct().count()).isEqualTo(128);
  }

  @Test
  void numbersBelowOneAreRefused() {
    assertThatThrownBy(() -> new DuplicationExamples(0, 127, 1))
        .hasMessageContaining("word length is 0, but must be at least 1");
    assertThatThrownBy(() -> DuplicationExamples.heldOut(3, 0))
        .hasMessageContaining("symbols is 0, but must be at least 1");
  }
}
