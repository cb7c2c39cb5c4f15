package dev.reformer4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedExamplesTest {
  private static final int MASK = 99;
  private static final Masking MASKING = new Masking(MASK, 200, 300);

  private static int[] upTo(int n) {
    int[] ids = new int[n];
    Arrays.setAll(ids, i -> i % 90);
    return ids;
  }

  @Test
  void fifteenInAHundredAreAskedAndMostOfThemHidden() {
    int[] ids = upTo(40_000);
    Example example = MASKING.apply(ids, 5, 1);
    int hidden = 0;
    int replaced = 0;
    int left = 0;
    for (int i = 0; i < ids.length; i++) {
      int seen = example.ids()[i];
      if (example.targets()[i] == CrossEntropy.IGNORED) {
        assertThat(seen).isEqualTo(ids[i]);
        continue;
      }
      assertThat(example.targets()[i]).isEqualTo(ids[i]);
      hidden += seen == MASK ? 1 : 0;
      left += seen == ids[i] ? 1 : 0;
      replaced += seen >= 200 && seen < 300 ? 1 : 0;
    }
    int asked = example.count();
    assertThat(asked / 40_000.0).isBetween(0.14, 0.16);
    assertThat(hidden / (double) asked).isBetween(0.78, 0.82);
    assertThat(replaced / (double) asked).isBetween(0.08, 0.12);
    assertThat(hidden + replaced + left).isEqualTo(asked);
    assertThat(example.at()).isEqualTo(5);
    assertThat(ids).isEqualTo(upTo(40_000));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void ofTheShortestTextOneIsAsked(int n) {
    for (int key = 0; key < 200; key++) {
      assertThat(MASKING.apply(upTo(n), 0, key).count()).isBetween(1, n);
    }
  }

  @Test
  void everyEpochHidesOthersAndEveryNumberAlwaysTheSame() {
    Corpus corpus = Texts.squares(300);
    MaskedExamples examples = new MaskedExamples(corpus, 300, 300, MASKING, 7);
    assertThat(examples.epoch()).isEqualTo(1);
    int[] first = examples.example(0).targets();
    assertThat(new MaskedExamples(corpus, 300, 300, MASKING, 7).example(0).targets())
        .isEqualTo(first);
    assertThat(examples.example(1).targets()).isNotEqualTo(first);
    assertThat(new MaskedExamples(corpus, 300, 300, MASKING, 8).example(0).targets())
        .isNotEqualTo(first);
  }

  @Test
  void aTextThatIsAskedAboutIsReadWholeAndAlwaysHidesTheSame() {
    Corpus corpus = Texts.squares(1000);
    MaskedText text = new MaskedText(corpus, 64, MASKING);
    assertThat(text.epoch()).isEqualTo(16);
    long ids = 0;
    for (int i = 0; i < 16; i++) {
      Example example = text.example(i);
      assertThat(example.targets())
          .isEqualTo(new MaskedText(corpus, 64, MASKING).example(i).targets());
      assertThat(example.at()).isZero();
      ids += example.ids().length;
    }
    assertThat(ids).isEqualTo(1000);
    assertThatThrownBy(() -> text.example(16)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Corpus corpus = Texts.squares(10);
    assertThatThrownBy(() -> new MaskedExamples(corpus, 11, 64, MASKING, 7))
        .hasMessageContaining("a length from 1 to 10");
    assertThatThrownBy(() -> new MaskedExamples(corpus, 10, 9, MASKING, 7))
        .hasMessageContaining("9 positions");
    assertThatThrownBy(() -> new Masking(1, 5, 5)).hasMessageContaining("in order");
  }
}
