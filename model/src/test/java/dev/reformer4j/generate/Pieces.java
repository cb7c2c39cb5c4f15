package dev.reformer4j.generate;

import dev.reformer4j.text.Decoder;
import dev.reformer4j.text.Encoding;
import dev.reformer4j.text.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/// A vocabulary of given pieces of text, the longest that fits first; the empty piece is a special
/// token, which begins every text if it has the id 0.
record Pieces(List<String> pieces) implements Vocabulary {
  static Pieces of(String... pieces) {
    return new Pieces(List.of(pieces));
  }

  @Override
  public String kind() {
    return "pieces";
  }

  @Override
  public int size() {
    return pieces.size();
  }

  @Override
  public Encoding encoding(String text) {
    List<Integer> ids = new ArrayList<>();
    boolean begins = pieces.getFirst().isEmpty();
    if (begins) {
      ids.add(0);
    }
    for (int at = 0; at < text.length(); ) {
      int best = -1;
      for (int id = 0; id < pieces.size(); id++) {
        String piece = pieces.get(id);
        if (!piece.isEmpty()
            && text.startsWith(piece, at)
            && (best < 0 || piece.length() > pieces.get(best).length())) {
          best = id;
        }
      }
      if (best < 0) {
        throw new IllegalArgumentException("no piece for " + text.substring(at));
      }
      ids.add(best);
      at += pieces.get(best).length();
    }
    int n = ids.size();
    int[] texts = new int[n];
    int[] ends = new int[n];
    int[] starts = new int[n];
    for (int i = begins ? 1 : 0, at = 0; i < n; i++) {
      starts[i] = at;
      at += pieces.get(ids.get(i)).length();
      ends[i] = at;
    }
    if (begins) {
      texts[0] = Encoding.SPECIAL;
    }
    return new Encoding(ids.stream().mapToInt(Integer::intValue).toArray(), texts, starts, ends);
  }

  @Override
  public Encoding encoding(String first, String second) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String decode(int... ids) {
    StringBuilder text = new StringBuilder();
    Arrays.stream(ids).forEach(id -> text.append(pieces.get(id)));
    return text.toString();
  }

  @Override
  public Decoder decoder() {
    return new Decoder() {
      @Override
      public String push(int id) {
        return pieces.get(id);
      }

      @Override
      public String finish() {
        return "";
      }
    };
  }

  @Override
  public OptionalInt padId() {
    return OptionalInt.empty();
  }

  @Override
  public OptionalInt eosId() {
    return OptionalInt.empty();
  }

  @Override
  public void saveTo(Path directory) {}

  @Override
  public void close() {}
}
