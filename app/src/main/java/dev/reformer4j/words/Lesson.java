package dev.reformer4j.words;

import java.util.Arrays;
import java.util.List;

/// What one novel teaches about words or characters, learnt once and then good for any number of
/// texts. A word that the novel does not have gets a direction by lot, the same at each of its
/// occurrences, and the company it keeps colours it.
public final class Lesson {
  /// As much of a novel as teaches what characters have to do with each other.
  private static final int CHARACTERS_TO_LEARN = 200_000;

  private final Vocabulary vocabulary;
  private final WordVectors vectors;
  private final long seed;

  private Lesson(Vocabulary vocabulary, WordVectors vectors, long seed) {
    this.vocabulary = vocabulary;
    this.vectors = vectors;
    this.seed = seed;
  }

  /// Learns from a novel, which takes a second or so.
  ///
  /// @param width numbers a vector
  public static Lesson of(Novel novel, Unit unit, int width, long seed) {
    Vocabulary vocabulary = new Vocabulary();
    String text = novel.text();
    int most = unit == Unit.CHARACTERS ? CHARACTERS_TO_LEARN : text.length();
    int[] tokens = vocabulary.ids(unit.split(text.substring(0, Math.min(most, text.length()))));
    return new Lesson(vocabulary, WordVectors.learn(tokens, vocabulary, width, seed), seed);
  }

  /// One vector for every token of a text.
  public TokenVectors vectors(List<String> tokens) {
    Vocabulary grown = new Vocabulary(vocabulary);
    int[] ids = grown.ids(tokens);
    return TokenVectors.of(ids, vectors.withStrangers(grown.size(), seed));
  }

  /// How many different tokens of a text the novel does not have.
  public int strangers(List<String> tokens) {
    return (int)
        Arrays.stream(new Vocabulary(vocabulary).ids(tokens))
            .filter(id -> id >= vocabulary.size())
            .distinct()
            .count();
  }
}
