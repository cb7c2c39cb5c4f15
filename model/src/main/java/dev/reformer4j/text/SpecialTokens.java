package dev.reformer4j.text;

import dev.reformer4j.text.SentencePieceModel.Kind;
import dev.reformer4j.text.TokenizerSettings.SpecialToken;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The special tokens of a SentencePiece model: its control pieces, the one for what is unknown,
/// and those that the files beside it add.
final class SpecialTokens {
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<String> longestFirst = new ArrayList<>();

  /// A piece of a text: a special token, or text between two.
  ///
  /// @param id of the special token, or −1
  /// @param begin where in the text it begins
  /// @param text what it says
  record Segment(int id, int begin, String text) {}

  private SpecialTokens() {}

  /// Those of a model.
  static SpecialTokens of(SentencePieceModel model, TokenizerSettings settings) {
    SpecialTokens special = new SpecialTokens();
    model
        .ids()
        .forEach((piece, id) -> {
          if (model.kind(id) == Kind.CONTROL || model.kind(id) == Kind.UNKNOWN) {
            special.ids.put(piece, id);
          }
        });
    settings
        .addedIds()
        .forEach((content, id) -> {
          if (id >= model.size()) {
            special.ids.put(content, id);
          }
        });
    for (SpecialToken token : settings.special()) {
      Integer known = model.ids().get(token.content());
      special.ids.putIfAbsent(token.content(), known == null ? special.nextId(model) : known);
    }
    special.ids.keySet().stream()
        .filter(content -> !content.isEmpty())
        .sorted(Comparator.comparingInt(String::length).reversed().thenComparing(c -> c))
        .forEach(special.longestFirst::add);
    return special;
  }

  /// As transformers does, a token without an id gets the one after the last.
  private int nextId(SentencePieceModel model) {
    return Math.max(model.size(), end());
  }

  /// One more than the highest id.
  int end() {
    return ids.values().stream().mapToInt(id -> id + 1).max().orElse(0);
  }

  /// The id of a token, or null.
  Integer id(String content) {
    return ids.get(content);
  }

  /// The token of an id, or null.
  String content(int id) {
    return ids.entrySet().stream()
        .filter(token -> token.getValue() == id)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  /// Cuts a text at its special tokens, the longest where several begin at one place.
  List<Segment> split(String text) {
    List<Segment> segments = new ArrayList<>();
    int[] nexts = new int[longestFirst.size()];
    Arrays.fill(nexts, -1);
    int from = 0;
    while (from < text.length()) {
      int place = text.length();
      String found = null;
      for (int i = 0; i < nexts.length; i++) {
        if (nexts[i] < from) {
          int next = text.indexOf(longestFirst.get(i), from);
          nexts[i] = next < 0 ? text.length() : next;
        }
        if (nexts[i] < place) {
          place = nexts[i];
          found = longestFirst.get(i);
        }
      }
      if (place > from) {
        segments.add(new Segment(-1, from, text.substring(from, place)));
      }
      if (found == null) {
        return segments;
      }
      segments.add(new Segment(ids.get(found), place, found));
      from = place + found.length();
    }
    return segments;
  }
}
