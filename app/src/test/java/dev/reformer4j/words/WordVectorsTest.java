package dev.reformer4j.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WordVectorsTest {
  private static final Vocabulary VOCABULARY = new Vocabulary();
  private static int[] persuasion;
  private static WordVectors vectors;

  @BeforeAll
  static void read() {
    persuasion = VOCABULARY.ids(Unit.WORDS.split(Novel.PERSUASION.text()));
    vectors = WordVectors.learn(persuasion, VOCABULARY, 32, 7);
  }

  @Test
  void allSixNovelsAreThere() {
    for (Novel novel : Novel.values()) {
      assertThat(novel.text()).startsWithIgnoringCase(novel.title()).hasSizeGreaterThan(400_000);
      assertThat(novel.year()).isBetween(1811, 1818);
    }
  }

  @Test
  void wordsOfAKindAreNearerThanWordsOfAnother() {
    assertThat(similarity("walter", "elliot")).isGreaterThan(similarity("walter", "minutes"));
    assertThat(similarity("she", "he")).isGreaterThan(similarity("she", "street"));
    assertThat(similarity("street", "camden")).isGreaterThan(similarity("street", "feelings"));
    assertThat(similarity("anne", "anne")).isCloseTo(1, within(1e-5));
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    int[] some = Arrays.copyOf(persuasion, 500);
    TokenVectors one = TokenVectors.of(some, vectors);
    WordVectors learntAgain = WordVectors.learn(persuasion, VOCABULARY, 32, 7);
    TokenVectors other = TokenVectors.of(some, learntAgain);
    assertThat(one.heads(2, 9, 3).data()).isEqualTo(other.heads(2, 9, 3).data());
    assertThat(one.heads(2, 9, 3).data()).isNotEqualTo(one.heads(2, 9, 4).data());
  }

  @Test
  void everyTokenIsAsLongAsAsked() {
    Tensor head = TokenVectors.of(Arrays.copyOf(persuasion, 300), vectors).oneHead(20);
    assertThat(head.shape()).containsExactly(1, 300, 32);
    for (int t = 0; t < 300; t++) {
      double square = 0;
      for (int e = 0; e < 32; e++) {
        square += head.data()[t * 32 + e] * head.data()[t * 32 + e];
      }
      assertThat(Math.sqrt(square)).isCloseTo(20, within(1e-3));
    }
  }

  @Test
  void theSameWordInAnotherSentenceIsAnotherToken() {
    List<String> words = List.of("Anne", "walked", "with", "Anne");
    Tensor head = TokenVectors.of(VOCABULARY.ids(words), vectors).oneHead(1);
    float dot = 0;
    for (int e = 0; e < 32; e++) {
      dot += head.data()[e] * head.data()[3 * 32 + e];
    }
    assertThat(dot).isBetween(0.5f, 0.9999f);
  }

  @Test
  void aTextOfOneWordHasAVector() {
    Vocabulary vocabulary = new Vocabulary();
    WordVectors one = WordVectors.learn(vocabulary.ids(List.of("alone")), vocabulary, 8, 1);
    assertThat(one.similarity(0, 0)).isCloseTo(1, within(1e-6));
  }

  @Test
  void anEmptyTextTeachesNothing() {
    assertThatThrownBy(() -> WordVectors.learn(new int[0], new Vocabulary(), 8, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the text holds no word");
  }

  private static double similarity(String one, String other) {
    int[] ids = VOCABULARY.ids(List.of(one, other));
    return vectors.similarity(ids[0], ids[1]);
  }
}
