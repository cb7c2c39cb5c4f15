package dev.reformer4j.words;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Numbers for words: the n-th new word, whatever its case, gets the number n.
public final class Vocabulary {
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<String> words = new ArrayList<>();

  /// An empty one.
  public Vocabulary() {}

  /// A copy, to which other words can be added.
  Vocabulary(Vocabulary other) {
    ids.putAll(other.ids);
    words.addAll(other.words);
  }

  /// The number of every token; words not met before are added.
  public int[] ids(List<String> tokens) {
    return tokens.stream().mapToInt(token -> id(token.toLowerCase(Locale.ROOT))).toArray();
  }

  private int id(String word) {
    Integer id = ids.putIfAbsent(word, words.size());
    if (id == null) {
      words.add(word);
      return words.size() - 1;
    }
    return id;
  }

  /// How many different words there are.
  public int size() {
    return words.size();
  }

  /// The word of a number, in small letters.
  public String word(int id) {
    return words.get(id);
  }

  /// How often every word occurs.
  ///
  /// @return `[size]`
  int[] counts(int[] tokens) {
    int[] counts = new int[size()];
    Arrays.stream(tokens).forEach(id -> counts[id]++);
    return counts;
  }
}
