package dev.reformer4j.words;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What counts as one token of a text.
public enum Unit {
  /// Words and symbols; punctuation and space are left out.
  WORDS,

  /// What a reader takes for one character, be it one code point or many (an accent, a flag, a
  /// family); space is left out.
  CHARACTERS;

  /// The tokens of a text, in order, as they are written there.
  public List<String> split(String text) {
    BreakIterator breaks =
        this == WORDS
            ? BreakIterator.getWordInstance(Locale.ROOT)
            : BreakIterator.getCharacterInstance(Locale.ROOT);
    // An underscore is emphasis in plain text, but part of a word to Unicode.
    String plain = text.replace('_', ' ');
    breaks.setText(plain);
    List<String> tokens = new ArrayList<>();
    int start = breaks.first();
    for (int end = breaks.next(); end != BreakIterator.DONE; start = end, end = breaks.next()) {
      String token = plain.substring(start, end);
      if (token.codePoints().anyMatch(this::counts)) {
        tokens.add(token);
      }
    }
    return tokens;
  }

  private boolean counts(int codePoint) {
    int type = Character.getType(codePoint);
    boolean symbol =
        type == Character.OTHER_SYMBOL
            || type == Character.MATH_SYMBOL
            || type == Character.CURRENCY_SYMBOL;
    boolean blank =
        Character.isWhitespace(codePoint)
            || Character.isSpaceChar(codePoint)
            || Character.isISOControl(codePoint)
            || type == Character.FORMAT;
    return this == WORDS ? Character.isLetterOrDigit(codePoint) || symbol : !blank;
  }
}
