package dev.reformer4j.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedTextTest {
  @Test
  void aFewWordsAreToldByCharacter() {
    EmbeddedText text = EmbeddedText.of("hello world", Optional.empty(), 16, 0);
    assertThat(text.unit()).isEqualTo(Unit.CHARACTERS);
    assertThat(text.tokens()).hasSize(10);
    assertThat(text.origin()).startsWith("10 characters,").contains("Austen");
  }

  @Test
  void aSentenceIsToldByWord() {
    EmbeddedText text =
        EmbeddedText.of("my dear Mr Bennet said his lady to him", Optional.empty(), 16, 0);
    assertThat(text.unit()).isEqualTo(Unit.WORDS);
    assertThat(text.tokens()).hasSize(9);
    assertThat(text.vectors().oneHead(1).shape()).containsExactly(1, 9, 16);
  }

  @Test
  void aLongTextTeachesItself() {
    EmbeddedText text = EmbeddedText.of("one two three ".repeat(8000), Optional.empty(), 8, 0);
    assertThat(text.origin()).startsWith("24,000 words,").doesNotContain("Austen");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "\u0000\u0001", "\u202e"})
  void nothingToSeeIsSaid(String nothing) {
    assertThatThrownBy(() -> EmbeddedText.of(nothing, Optional.empty(), 8, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing to attend over");
  }
}
