package dev.reformer4j.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.text.Golden.Directory;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DecoderTest {
  static Stream<Directory> all() {
    return Golden.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void pushedTextsPutTogetherAreTheDecodedText(Directory directory) throws IOException {
    try (Vocabulary vocabulary = directory.load()) {
      // Also ids that only the model has.
      int ids = vocabulary.size();
      Decoder decoder = vocabulary.decoder();
      for (int seed = 0; seed < 1500; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        // Few different ids meet more often: special tokens, bytes, spaces.
        int few = 1 + random.nextInt(random.nextBoolean() ? ids : 12);
        int from = random.nextInt(ids - few + 1);
        int[] sequence = random.ints(random.nextInt(30), from, from + few).toArray();
        StringBuilder pushed = new StringBuilder();
        for (int id : sequence) {
          pushed.append(decoder.push(id));
        }
        pushed.append(decoder.finish());
        assertThat(pushed.toString())
            .as("seed %d: %s", seed, Arrays.toString(sequence))
            .isEqualTo(vocabulary.decode(sequence));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void textAppearsWhileItComes(Directory directory) throws IOException {
    try (Vocabulary vocabulary = directory.load()) {
      int[] ids = vocabulary.encode("the time was not yet come and so they went home again");
      Decoder decoder = vocabulary.decoder();
      int spoken = 0;
      for (int id : ids) {
        spoken += decoder.push(id).length();
      }
      int waiting = decoder.finish().length();
      assertThat(waiting).as("characters held back to the end").isLessThan(8);
      assertThat(spoken).isGreaterThan(waiting);
    }
  }
}
