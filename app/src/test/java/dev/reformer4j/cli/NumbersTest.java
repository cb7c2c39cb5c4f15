package dev.reformer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/// Numbers as people type them.
class NumbersTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "65536, 65536",
    "1K, 1024",
    "64k, 65536",
    "1M, 1048576",
    "1m, 1048576",
    "+5, 5",
    "2147483647, 2147483647",
    "2047M, 2146435072"
  })
  void tokensMayHaveASuffix(String text, int tokens) {
    assertThat(new Numbers.Tokens().convert(text)).isEqualTo(tokens);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "K", "1G", "1.5K", "1e6", "one", "1 K", "0x10", "١"})
  void otherTokensAreRefused(String text) {
    assertThatThrownBy(() -> new Numbers.Tokens().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("is not a number of tokens; give one such as");
  }

  @ParameterizedTest
  @CsvSource({
    "0, too small",
    "-1, too small",
    "-64K, too small",
    "0M, too small",
    "2147483648, too large",
    "2048M, too large",
    "99999999999999999999999K, too large"
  })
  void tokensHaveARange(String text, String rule) {
    assertThatThrownBy(() -> new Numbers.Tokens().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining(text + " is " + rule + "; give one from 1 to 2147483647");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "512, 512",
    "1k, 1024",
    "512m, 536870912",
    "4g, 4294967296",
    "4GiB, 4294967296",
    "4GB, 4294967296",
    "1.5g, 1610612736",
    "1t, 1099511627776"
  })
  void memoryMayHaveAUnit(String text, long bytes) {
    assertThat(new Numbers.Bytes().convert(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "g", "4q", "four", "1e9", "--", "4 g", "1.g"})
  void otherMemoryIsRefused(String text) {
    assertThatThrownBy(() -> new Numbers.Bytes().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("is not an amount of memory; give one such as 512m or 4g");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-4g", "0.1", "999999999999t"})
  void memoryHasARange(String text) {
    assertThatThrownBy(() -> new Numbers.Bytes().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageMatching(".*is too (small|large); give one from 1 to \\d+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "-0.5", "1.01", "NaN", "Infinity"})
  void aShareLiesBetweenNothingAndAll(String text) {
    assertThatThrownBy(() -> new Numbers.Share().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining(text + " is not between 0 and 1");
  }

  @Test
  void aShareIsANumber() {
    assertThat(new Numbers.Share().convert("0.95")).isEqualTo(0.95);
    assertThatThrownBy(() -> new Numbers.Share().convert("95%"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'95%' is not a number; give a share such as 0.95");
  }

  @Test
  void seedsAreSigned64BitNumbers() {
    assertThat(new Numbers.Seed().convert("-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
    assertThatThrownBy(() -> new Numbers.Seed().convert("9223372036854775808"))
        .hasMessageContaining("is too large");
  }
}
