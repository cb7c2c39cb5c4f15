package dev.reformer4j.words;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnitTest {
  @Test
  void wordsLeaveOutPunctuationAndKeepApostrophes() {
    assertThat(Unit.WORDS.split("“It's _very_ well,” said Mr. Bennet--twice; 5,000 a-year!"))
        .containsExactly(
            "It's", "very", "well", "said", "Mr", "Bennet", "twice", "5,000", "a-year");
  }

  @Test
  void wordsOfOtherScriptsAndSymbolsCount() {
    assertThat(Unit.WORDS.split("שלום עולם")).containsExactly("שלום", "עולם");
    assertThat(Unit.WORDS.split("I ♥ 🍕 £")).containsExactly("I", "♥", "🍕", "£");
  }

  @Test
  void nothingToSeeIsNoToken() {
    assertThat(Unit.WORDS.split(" \n… !? —")).isEmpty();
    assertThat(Unit.CHARACTERS.split(" \n\t\u200e\u0000")).isEmpty();
    assertThat(Unit.CHARACTERS.split("")).isEmpty();
  }

  @Test
  void aCharacterIsWhatAReaderTakesForOne() {
    assertThat(Unit.CHARACTERS.split("e\u0301 👨‍👩‍👧!"))
        .containsExactly("e\u0301", "👨‍👩‍👧", "!");
  }
}
