package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermutationTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 1000, 4096, 4097})
  void everyPlaceHasAnotherNumber(long size) {
    for (long key = 0; key < 5; key++) {
      Permutation permutation = new Permutation(size, key);
      Set<Long> seen = new HashSet<>();
      for (long place = 0; place < size; place++) {
        long number = permutation.at(place);
        assertThat(number).as("size %d, key %d", size, key).isBetween(0L, size - 1);
        assertThat(seen.add(number)).as("size %d, key %d, place %d", size, key, place).isTrue();
      }
    }
  }

  @Test
  void aHugeOrderTakesNoMemory() {
    long size = 1L << 61;
    Permutation permutation = new Permutation(size, 9);
    assertThat(permutation.at(0)).isBetween(0L, size - 1).isNotEqualTo(permutation.at(size - 1));
  }

  /// The mean of |place − number| / size is 1/3 for a random order; every number is as likely
  /// anywhere.
  @Test
  void theOrderLooksRandomAndDependsOnTheKey() {
    long size = 10_000;
    double away = 0;
    long sameAsOther = 0;
    Permutation other = new Permutation(size, 2);
    Permutation permutation = new Permutation(size, 1);
    for (long place = 0; place < size; place++) {
      away += Math.abs(place - permutation.at(place)) / (double) size;
      sameAsOther += permutation.at(place) == other.at(place) ? 1 : 0;
    }
    assertThat(away / size).isBetween(0.32, 0.347);
    assertThat(sameAsOther).isLessThan(10);
  }
}
