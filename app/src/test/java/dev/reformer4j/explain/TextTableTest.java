package dev.reformer4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {
  private static final Screen WIDE = new Screen(80, false);

  @Test
  void numbersAlignRightAndTextLeft() {
    String table =
        new TextTable()
            .number("n")
            .text("word")
            .number("share")
            .row("7", "on", "1.0%")
            .row("123", "entering", "99.9%")
            .on(WIDE);
    assertThat(table)
        .isEqualTo(
            """
                n  word      share
                7  on         1.0%
              123  entering  99.9%
            """);
  }

  @Test
  void wideLettersAndMarksTakeTheColumnsTheyTake() {
    assertThat(Screen.columns("世界")).isEqualTo(4);
    assertThat(Screen.columns("🍕")).isEqualTo(2);
    assertThat(Screen.columns("e\u0301")).isEqualTo(1);
    assertThat(Screen.columns("\u200d")).isZero();
    String table = new TextTable().text("w").number("x").row("世界", "1").row("ab", "2").on(WIDE);
    assertThat(table.lines().skip(1).map(Screen::columns)).containsExactly(9, 9);
  }

  @Test
  void theWidestTextGivesWayOnANarrowScreen() {
    TextTable table = new TextTable().number("n").text("word").number("x");
    table.row("1", "a very long text that never ends", "5");
    assertThat(table.on(new Screen(20, false)).lines().map(Screen::columns))
        .allMatch(columns -> columns <= 20);
    assertThat(table.on(new Screen(20, false))).contains("…");
  }

  @Test
  void nothingFromOutsideReachesTheTerminal() {
    String table =
        new TextTable().text("word").row("\u001b[31mred\u0007\u202e\n\u2028end").on(WIDE);
    assertThat(table).doesNotContain("\u001b").doesNotContain("\u0007").doesNotContain("\u202e");
    assertThat(table.lines()).hasSize(2);
  }

  @Test
  void coloursOnlyWhereTheyAreWanted() {
    assertThat(WIDE.bold("x")).isEqualTo("x");
    assertThat(new Screen(80, true).bold("x")).isEqualTo("\u001b[1mx\u001b[0m");
  }

  @Test
  void paragraphsBreakBetweenWords() {
    String wrapped = new Screen(24, false).wrapped("eleven is a number of letters, is it not");
    assertThat(wrapped.lines()).allMatch(line -> line.length() <= 24).hasSize(2);
    assertThat(wrapped.replace('\n', ' ')).isEqualTo("eleven is a number of letters, is it not");
  }

  @Test
  void aRowHasACellForEveryColumn() {
    assertThatThrownBy(() -> new TextTable().text("a").row("1", "2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 cells for 1 columns; give one each");
  }
}
