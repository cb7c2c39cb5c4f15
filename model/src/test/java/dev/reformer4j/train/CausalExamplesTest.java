package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CausalExamplesTest {
  private static Examples of(int textLength, int length, int positions, long seed) {
    return new CausalExamples(Texts.counting(textLength), length, positions, seed);
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "100, 7", "99, 99", "101, 100", "1000, 31", "1001, 10"})
  void anEpochHasEveryIdAtMostOnceAndLeavesOutLessThanAWindow(int textLength, int length) {
    if (length >= textLength) {
      return;
    }
    Examples examples = of(textLength, length, length, 5);
    for (long epoch = 0; epoch < 3; epoch++) {
      Set<Integer> seen = new HashSet<>();
      for (long i = 0; i < examples.epoch(); i++) {
        Example example = examples.example(epoch * examples.epoch() + i);
        assertThat(example.ids()).hasSize(length);
        for (int k = 0; k < length; k++) {
          assertThat(seen.add(example.ids()[k])).isTrue();
          assertThat(example.targets()[k]).isEqualTo(example.ids()[k] + 1);
        }
      }
      assertThat(textLength - 1 - seen.size()).isBetween(0, length - 1);
    }
  }

  @Test
  void everyEpochHasAnotherOrderAndOtherCuts() {
    Examples examples = of(10_007, 100, 100, 1);
    List<Integer> first = new ArrayList<>();
    List<Integer> second = new ArrayList<>();
    for (long i = 0; i < examples.epoch(); i++) {
      first.add(examples.example(i).ids()[0]);
      second.add(examples.example(examples.epoch() + i).ids()[0]);
    }
    assertThat(first).isNotEqualTo(second);
    assertThat(first).isNotEqualTo(new ArrayList<>(new TreeSet<>(first)));
    Set<Integer> common = new HashSet<>(first);
    common.retainAll(second);
    assertThat(common).as("windows that begin at the same place").isEmpty();
  }

  @Test
  void theSameNumberIsAlwaysTheSameSequenceAndTheSeedMatters() {
    Examples examples = of(5000, 64, 256, 1);
    Examples again = of(5000, 64, 256, 1);
    Examples other = of(5000, 64, 256, 2);
    int same = 0;
    for (long i = 150; i > 0; i--) {
      assertThat(again.example(i).ids()).isEqualTo(examples.example(i).ids());
      assertThat(again.example(i).at()).isEqualTo(examples.example(i).at());
      same += other.example(i).ids()[0] == examples.example(i).ids()[0] ? 1 : 0;
    }
    assertThat(same).isLessThan(10);
  }

  @Test
  void shortSequencesStandAtAllPlacesOfALongModel() {
    Examples examples = of(5000, 60, 256, 4);
    int[] places = new int[4];
    for (long i = 0; i < 400; i++) {
      assertThat(examples.example(i).at() % 60).isZero();
      places[examples.example(i).at() / 60]++;
    }
    for (int count : places) {
      assertThat(count).isBetween(60, 140);
    }
  }

  @Test
  void textsThatAreTooShortAreRefused() {
    assertThatThrownBy(() -> of(100, 100, 128, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a text of 100 ids is too short for sequences of 100");
    assertThatThrownBy(() -> of(500, 129, 128, 1)).hasMessageContaining("128 positions");
    assertThatThrownBy(() -> of(500, 0, 128, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
