package dev.reformer4j.words;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A text as tokens with vectors.
///
/// @param tokens the tokens as they are written
/// @param unit what they are
/// @param vectors one a token
/// @param origin how the vectors came about, as a sentence
public record EmbeddedText(List<String> tokens, Unit unit, TokenVectors vectors, String origin) {
  /// A text with fewer words is told character by character: so few words keep no company.
  private static final int LEAST_WORDS = 8;

  /// A text with fewer tokens cannot teach what its words mean, so the novels teach along with it.
  private static final int ENOUGH_TO_LEARN = 20_000;

  /// As much of a novel as teaches what characters have to do with each other.
  private static final int CHARACTERS_TO_LEARN = 200_000;

  /// Copies the list.
  public EmbeddedText {
    tokens = List.copyOf(tokens);
  }

  /// Splits a text and learns its vectors, from itself and, if it is short, from Jane Austen's
  /// novels as well.
  ///
  /// @param unit what a token is; if empty, words where there are enough of them
  /// @param width numbers a vector
  /// @throws IllegalArgumentException if the text holds no token
  public static EmbeddedText of(String text, Optional<Unit> unit, int width, long seed) {
    List<String> words = Unit.WORDS.split(text);
    Unit used = unit.orElse(words.size() < LEAST_WORDS ? Unit.CHARACTERS : Unit.WORDS);
    List<String> tokens = used == Unit.WORDS ? words : Unit.CHARACTERS.split(text);
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException(
          "the text holds no "
              + (used == Unit.WORDS && unit.isPresent() ? "word" : "character to see")
              + ", so there is nothing to attend over; give a text with words");
    }
    Vocabulary vocabulary = new Vocabulary();
    boolean taught = tokens.size() < ENOUGH_TO_LEARN;
    int[] lesson = taught ? lesson(used, vocabulary) : new int[0];
    int[] own = vocabulary.ids(tokens);
    int[] all = Arrays.copyOf(lesson, lesson.length + own.length);
    System.arraycopy(own, 0, all, lesson.length, own.length);
    WordVectors learnt = WordVectors.learn(all, vocabulary, width, seed);
    String origin =
        String.format(
            Locale.ROOT,
            "%,d %s, each as a vector of %d numbers, learnt on the spot from the company that %s"
                + " keep in this text%s.",
            tokens.size(),
            tokens.size() == 1 ? noun(used) : noun(used) + "s",
            width,
            noun(used) + "s",
            taught ? " and in novels of Jane Austen" : "");
    return new EmbeddedText(tokens, used, TokenVectors.of(own, learnt), origin);
  }

  private static int[] lesson(Unit unit, Vocabulary vocabulary) {
    if (unit == Unit.CHARACTERS) {
      String novel = Novel.PRIDE_AND_PREJUDICE.text();
      int most = Math.min(novel.length(), CHARACTERS_TO_LEARN);
      return vocabulary.ids(unit.split(novel.substring(0, most)));
    }
    List<String> all = new ArrayList<>();
    for (Novel novel : Novel.values()) {
      all.addAll(unit.split(novel.text()));
    }
    return vocabulary.ids(all);
  }

  private static String noun(Unit unit) {
    return unit == Unit.WORDS ? "word" : "character";
  }
}
