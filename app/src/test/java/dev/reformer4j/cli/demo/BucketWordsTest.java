package dev.reformer4j.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.words.Vocabulary;
import dev.reformer4j.words.WordVectors;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BucketWordsTest {
  private static final List<String> NUMBERS = List.of("one", "two", "three", "four", "five");

  /// Bucket 1 holds all number words; bucket 0 holds "the", and bucket 2 words that are elsewhere
  /// as well.
  @Test
  void wordsThatLiveInABucketAreNamed() {
    List<String> text = new ArrayList<>();
    List<Integer> buckets = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      for (String number : NUMBERS) {
        text.add(number);
        buckets.add(1);
      }
      for (String common : List.of("a", "b", "c", "d", "e")) {
        text.add(common);
        buckets.add(i % 6 == 0 ? 2 : 3 + i);
      }
      text.add("the");
      buckets.add(0);
    }
    Vocabulary vocabulary = new Vocabulary();
    int[] ids = vocabulary.ids(text);
    WordVectors vectors = WordVectors.learn(ids, vocabulary, 8, 1);
    List<BucketWords> best =
        BucketWords.best(
            buckets.stream().mapToInt(Integer::intValue).toArray(), ids, vocabulary, vectors, 5);
    assertThat(best).hasSize(1);
    assertThat(best.getFirst().bucket()).isEqualTo(1);
    assertThat(best.getFirst().tokens()).isEqualTo(60);
    assertThat(best.getFirst().words()).containsExactlyInAnyOrderElementsOf(NUMBERS);
  }
}
