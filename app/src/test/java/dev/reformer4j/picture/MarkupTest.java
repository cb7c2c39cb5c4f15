package dev.reformer4j.picture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkupTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "<script>alert(1)</script>, &lt;script&gt;alert(1)&lt;/script&gt;",
        "a & b, a &amp; b",
        "\" ', &quot; &#39;",
        "naïve שלום 👨‍👩‍👧, naïve שלום 👨‍👩‍👧"
      })
  void textStaysText(String text, String markup) {
    assertThat(Markup.escape(text)).isEqualTo(markup);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 7, 0x1b, 0x7f, 0x85, 0x200e, 0x202e, 0x2066, 0x2028, 0xfffe, 0x1ffff, 0xd800, 0xdfff
      })
  void whatCannotBePrintedIsReplaced(int codePoint) {
    String text = "a" + new String(new int[] {codePoint}, 0, 1) + "b";
    assertThat(Markup.escape(text)).isEqualTo("a\uFFFDb");
  }
}
