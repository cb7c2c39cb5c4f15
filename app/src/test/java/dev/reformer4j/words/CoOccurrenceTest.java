package dev.reformer4j.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CoOccurrenceTest {
  /// The text "a b a". Met: a with b 2 times, a with a 2, b with a 2. Contexts a and b have 4 and 2
  /// of 6 meetings, which smoothing makes 4^0.75 / 4.5102 = 0.6271 and 2^0.75 / 4.5102 = 0.3729.
  @Test
  void informationIsThatOfTheCounts() {
    SparseMatrix information = CoOccurrence.of(new int[] {0, 1, 0}, new int[] {2, 1});
    assertThat(information.starts()).containsExactly(0, 1, 2);
    assertThat(information.column()).containsExactly(1, 0);
    assertThat(information.value()[0]).isCloseTo((float) Math.log(2 / (4 * 0.3729)), within(1e-3f));
    assertThat(information.value()[1]).isCloseTo((float) Math.log(2 / (2 * 0.6271)), within(1e-3f));
  }

  @Test
  void wordsMoreThanFourApartDoNotMeet() {
    int[] tokens = {0, 1, 2, 3, 4, 5};
    SparseMatrix information = CoOccurrence.of(tokens, new int[] {1, 1, 1, 1, 1, 1});
    assertThat(rowOf(information, 0)).containsExactly(1, 2, 3, 4);
    assertThat(rowOf(information, 5)).containsExactly(1, 2, 3, 4);
  }

  @Test
  void oneWordAloneHasNoCompany() {
    assertThat(CoOccurrence.of(new int[] {0}, new int[] {1}).value()).isEmpty();
  }

  private static int[] rowOf(SparseMatrix matrix, int row) {
    return Arrays.copyOfRange(matrix.column(), matrix.starts()[row], matrix.starts()[row + 1]);
  }
}
