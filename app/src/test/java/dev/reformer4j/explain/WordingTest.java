package dev.reformer4j.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordingTest {
  /// Nothing is called all or nothing unless it is.
  @ParameterizedTest
  @CsvSource({
    "0, 0%",
    "1e-9, <0.01%",
    "0.00012, 0.01%",
    "0.0345, 3.45%",
    "0.1234, 12.3%",
    "0.9996, 99.96%",
    "0.99999, >99.99%",
    "1, 100%"
  })
  void sharesAreSaidAsPercent(double share, String said) {
    assertThat(Wording.percent(share)).isEqualTo(said);
  }

  @Test
  void nounsFollowTheirNumbers() {
    assertThat(Wording.count(1, "query")).isEqualTo("1 query");
    assertThat(Wording.count(2, "query")).isEqualTo("2 queries");
    assertThat(Wording.count(65536, "key")).isEqualTo("65,536 keys");
  }

  @Test
  void roundsAreCountedFromOne() {
    assertThat(Wording.rounds(List.of(0, 2), 4)).isEqualTo("1 3");
    assertThat(Wording.rounds(List.of(0, 1), 2)).isEqualTo("all");
    assertThat(Wording.rounds(List.of(0), 1)).isEqualTo("1");
  }
}
