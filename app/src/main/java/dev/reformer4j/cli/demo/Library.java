package dev.reformer4j.cli.demo;

import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.words.Novel;
import dev.reformer4j.words.Unit;
import dev.reformer4j.words.Vocabulary;
import dev.reformer4j.words.WordVectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// All words of the six novels, beginning with "Pride and Prejudice".
///
/// @param words the words as they are written
/// @param vocabulary what the numbers mean
/// @param ids the words as numbers
/// @param ofFirst how many of them are of the first novel
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Library(List<String> words, Vocabulary vocabulary, int[] ids, int ofFirst) {
  private static final Novel FIRST = Novel.PRIDE_AND_PREJUDICE;

  /// Reads the novels.
  static Library read() {
    List<String> words = new ArrayList<>(Unit.WORDS.split(FIRST.text()));
    int ofFirst = words.size();
    for (Novel novel : Novel.values()) {
      if (novel != FIRST) {
        words.addAll(Unit.WORDS.split(novel.text()));
      }
    }
    Vocabulary vocabulary = new Vocabulary();
    return new Library(List.copyOf(words), vocabulary, vocabulary.ids(words), ofFirst);
  }

  /// Learns what all the words mean.
  WordVectors learn(int width, long seed) {
    return WordVectors.learn(ids, vocabulary, width, seed);
  }

  /// The first words, as numbers.
  int[] first(int tokens) {
    return Arrays.copyOf(ids, tokens);
  }

  /// The first words, as they are written.
  List<String> firstWords(int tokens) {
    return words.subList(0, tokens);
  }

  /// Refuses more tokens than there are words.
  void require(int tokens) {
    if (tokens > ids.length) {
      throw new UserError(
          "--tokens %d is more than the %s words of the six novels; ask for as many or fewer"
              .formatted(tokens, Say.count(ids.length)));
    }
  }

  /// Whose words the first ones are.
  String title(int tokens) {
    return tokens <= ofFirst
        ? "“" + FIRST.title() + "”"
        : "“" + FIRST.title() + "” and the novels after it";
  }
}
