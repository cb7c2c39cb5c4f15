package dev.reformer4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteVocabularyTest {
  private static final ByteVocabulary BYTES = Vocabulary.bytes();

  @Test
  void aByteIsItsValuePlusTwo() {
    assertThat(BYTES.encode("A€")).containsExactly(67, 0xE2 + 2, 0x82 + 2, 0xAC + 2);
    assertThat(BYTES.encode("")).isEmpty();
    assertThat(BYTES.size()).isEqualTo(258);
    assertThat(BYTES.padId()).hasValue(0);
    assertThat(BYTES.eosId()).isEmpty();
  }

  @Test
  void paddingAndTheUnusedIdStandForNothing() {
    assertThat(BYTES.decode(0, 67, 1, 68, 0)).isEqualTo("AB");
    Decoder decoder = BYTES.decoder();
    // Padding within a character does not break it.
    assertThat(decoder.push(0xC3 + 2) + decoder.push(0) + decoder.push(0xA9 + 2)).isEqualTo("é");
  }

  @Test
  void everyByteComesBack() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    assertThat(BYTES.decodeBytes(BYTES.encode(all))).isEqualTo(all);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 258, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void otherIdsAreRefusedByName(int id) {
    String sentence = "id " + id + " stands for no byte; ids of bytes are those from 0 to 257";
    assertThatThrownBy(() -> BYTES.decode(67, id))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
    assertThatThrownBy(() -> BYTES.decodeBytes(id)).hasMessage(sentence);
    assertThatThrownBy(() -> BYTES.decoder().push(id)).hasMessage(sentence);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD83D", "ab\uDE00", "\uD83D\uD83D\uDE00", "\uDE00\uD83D", "x\uD83Dy"})
  void halfOfASurrogatePairIsNoText(String text) {
    assertThatThrownBy(() -> BYTES.encode(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("half of a surrogate pair")
        .hasMessageContaining("remove it");
    assertThatThrownBy(() -> BYTES.encoding("good", text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDecoderSaysTheSameAsDecodeOnTextAndOnNoise() {
    SplittableRandom random = new SplittableRandom(7);
    // Leads and continuations of every length, surrogates in UTF-8, overlong forms and beyond.
    int[] pieces = {0x41, 0x80, 0xBF, 0xC0, 0xC3, 0xA9, 0xE0, 0xE2, 0x82, 0xAC, 0xED, 0xA0, 0xF0};
    int[] more = {0x9F, 0x98, 0x80, 0xF4, 0x90, 0xF8, 0xFF, 0x00};
    int[] alphabet = Arrays.copyOf(pieces, pieces.length + more.length);
    System.arraycopy(more, 0, alphabet, pieces.length, more.length);
    Decoder decoder = BYTES.decoder();
    for (int round = 0; round < 20_000; round++) {
      int[] ids = new int[random.nextInt(12)];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = alphabet[random.nextInt(alphabet.length)] + 2;
      }
      StringBuilder pushed = new StringBuilder();
      for (int id : ids) {
        pushed.append(decoder.push(id));
      }
      pushed.append(decoder.finish());
      assertThat(pushed.toString()).as(Arrays.toString(ids)).isEqualTo(BYTES.decode(ids));
    }
  }

  @Test
  void aCharacterAppearsWithItsLastByteAndNotBefore() {
    Decoder decoder = BYTES.decoder();
    byte[] smile = "😀".getBytes(StandardCharsets.UTF_8);
    assertThat(decoder.push((smile[0] & 0xFF) + 2)).isEmpty();
    assertThat(decoder.push((smile[1] & 0xFF) + 2)).isEmpty();
    assertThat(decoder.push((smile[2] & 0xFF) + 2)).isEmpty();
    assertThat(decoder.push((smile[3] & 0xFF) + 2)).isEqualTo("😀");
    assertThat(decoder.finish()).isEmpty();
  }

  @Test
  void anEndedDecoderKnowsNothingOfTheTextBefore() {
    Decoder decoder = BYTES.decoder();
    decoder.push(0xE2 + 2);
    assertThat(decoder.finish()).isEqualTo("\uFFFD");
    assertThat(decoder.push(0x82 + 2) + decoder.push(67)).isEqualTo("\uFFFDA");
  }

  @Test
  void everyTokenKnowsItsCharacter() {
    Encoding all = BYTES.encoding("aé", "€😀");
    assertThat(all.ids())
        .isEqualTo(BYTES.encode("aé€😀"))
        .isEqualTo(BYTES.encode("aé€😀".getBytes(StandardCharsets.UTF_8)));
    assertThat(all.texts()).containsExactly(0, 0, 0, 1, 1, 1, 1, 1, 1, 1);
    assertThat(all.begins()).containsExactly(0, 1, 1, 0, 0, 0, 1, 1, 1, 1);
    assertThat(all.ends()).containsExactly(1, 2, 2, 1, 1, 1, 3, 3, 3, 3);
    assertThat(all.span(1, "€😀", 4, 6).orElseThrow().of("€😀")).isEqualTo("€😀");
    assertThat(all.span(1, "€😀", 2, 4)).as("it begins in the question").isEmpty();
    assertThat(all.span(1, "€😀", 6, 4)).as("it ends before it begins").isEmpty();
  }
}
