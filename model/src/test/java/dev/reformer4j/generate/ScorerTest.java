package dev.reformer4j.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.kernel.CounterRandom;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.text.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScorerTest {
  private static final int SIZE = 258;

  /// A model that looks at the last token only, so that no window can change what it says.
  private static Tensor bigrams(int[] ids) {
    Tensor logits = Tensor.zeros(ids.length, SIZE);
    for (int i = 0; i < ids.length; i++) {
      for (int id = 0; id < SIZE; id++) {
        logits.data()[i * SIZE + id] = 3 * CounterRandom.gaussian(CounterRandom.key(ids[i]), id);
      }
    }
    return logits;
  }

  private static double literalBits(int[] ids) {
    double bits = 0;
    for (int i = 1; i < ids.length; i++) {
      float[] logits = bigrams(new int[] {ids[i - 1]}).data();
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit);
      }
      bits -= Math.log(Math.exp(logits[ids[i]]) / sum) / Math.log(2);
    }
    return bits;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyTokenIsScoredOnceWithAPast(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 60; i++) {
      String text = "abc ä€😀".substring(0, 3 + random.nextInt(3)).repeat(1 + random.nextInt(9));
      int window = 2 + random.nextInt(20);
      int overlap = 1 + random.nextInt(window - 1);
      List<int[]> read = new ArrayList<>();
      Score score =
          new Scorer(
                  ids -> {
                    read.add(ids);
                    return bigrams(ids);
                  },
                  Vocabulary.bytes(),
                  window,
                  overlap)
              .score(text);
      int[] ids = Vocabulary.bytes().encode(text);
      double expected = literalBits(ids);
      assertThat(score.bits()).isCloseTo(expected, within(1e-9 * expected));
      assertThat(score.tokens()).isEqualTo(ids.length - 1);
      assertThat(score.bytes()).isEqualTo(ids.length - 1);
      int tokens = read.stream().mapToInt(part -> part.length).sum();
      assertThat(tokens).isEqualTo(ids.length + (read.size() - 1) * overlap);
      assertThat(read).allSatisfy(part -> assertThat(part.length).isBetween(2, window));
    }
  }

  @Test
  void equalLogitsGiveTheBitsOfTheVocabulary() {
    Score score =
        new Scorer(ids -> Tensor.zeros(ids.length, 4), Vocabulary.bytes(), 8, 4)
            .score("\0\1\0\0\1");
    assertThat(score.bits()).isCloseTo(8, within(1e-12));
    assertThat(score.bitsPerToken()).isCloseTo(2, within(1e-12));
    assertThat(score.bitsPerByte()).isCloseTo(2, within(1e-12));
    assertThat(score.perplexity()).isCloseTo(4, within(1e-12));
  }

  /// A token that begins the text foretells the first of the text's own, and stands for no bytes.
  @Test
  void bytesAreThoseOfTheScoredTokens() {
    Scorer.AllLogits even = ids -> Tensor.zeros(ids.length, 5);
    Pieces begun = Pieces.of("", "ä", "€€", "a");
    assertThat(new Scorer(even, begun, 9, 1).score("ä€€a").tokens()).isEqualTo(3);
    assertThat(new Scorer(even, begun, 9, 1).score("ä€€a").bytes()).isEqualTo(2 + 6 + 1);
    Pieces bare = Pieces.of("€€", "ä", "a");
    assertThat(new Scorer(even, bare, 9, 1).score("€€äa").tokens()).isEqualTo(2);
    assertThat(new Scorer(even, bare, 9, 1).score("€€äa").bytes())
        .isEqualTo("äa".getBytes(StandardCharsets.UTF_8).length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x"})
  void aTextOfOneTokenHasNoScore(String text) {
    Scorer scorer = new Scorer(ScorerTest::bigrams, Vocabulary.bytes(), 8, 4);
    assertThatThrownBy(() -> scorer.score(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the text has " + text.length() + " token")
        .hasMessageEndingWith(
            ", but a score needs at least 2, since nothing foretells the first; give a longer one");
  }

  @ParameterizedTest
  @CsvSource({"1, 1, the window is 1", "8, 0, overlap by 0", "8, 8, overlap by 8"})
  void windowsAreChecked(int window, int overlap, String part) {
    assertThatThrownBy(() -> new Scorer(ScorerTest::bigrams, Vocabulary.bytes(), window, overlap))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(part);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void damagedLogitsAreRefused(float damaged) {
    Scorer scorer =
        new Scorer(
            ids -> {
              Tensor logits = bigrams(ids);
              logits.data()[2 * SIZE + 100] = damaged;
              return logits;
            },
            Vocabulary.bytes(),
            8,
            4);
    assertThatThrownBy(() -> scorer.score("abcdef"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the model's logits for position 3 are not all finite");
  }
}
