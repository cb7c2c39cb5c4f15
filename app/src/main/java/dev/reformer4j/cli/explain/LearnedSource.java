package dev.reformer4j.cli.explain;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.explain.Subject;
import dev.reformer4j.explain.Wording;
import dev.reformer4j.model.LayerAttention;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Encoding;
import dev.reformer4j.text.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A text as one layer of a model sees it: its tokens, and the query/key and value vectors that the
/// model has learnt to make of them.
///
/// @param name of the model
record LearnedSource(String name, Reformer model, Vocabulary vocabulary) {
  /// A text in one layer.
  ///
  /// @param layer counted from 0; the first one that hashes, if none is named
  /// @throws UserError if there is no such layer, it does not hash, or the text does not fit
  Source text(String text, Optional<Integer> layer, Workers workers) {
    List<Integer> hashing = hashingLayers();
    if (hashing.isEmpty()) {
      throw new UserError(
          name + " has no layer that hashes; name another model, or give --words for a text alone");
    }
    int asked = layer.orElse(hashing.getFirst());
    if (!hashing.contains(asked)) {
      throw new UserError(
          "--layer %d of %s %s; the layers that hash are %s"
              .formatted(
                  asked,
                  name,
                  asked < model.config().layers().size() ? "does not hash" : "does not exist",
                  hashing.stream().map(Object::toString).collect(Collectors.joining(", "))));
    }
    Encoding encoding = vocabulary.encoding(text);
    int n = encoding.length();
    if (n == 0 || n > model.positions()) {
      throw new UserError(
          n == 0
              ? "the text is empty, so there is no token to explain; give some text"
              : "the text has %s tokens, more than the %s positions of %s; give a part of it, or --words for a text alone"
                  .formatted(Say.count(n), Say.count(model.positions()), name));
    }
    ModelMemory.require(model, n, 0);
    LayerAttention seen = model.attention(encoding.ids(), asked, workers);
    LayerAttention.Lsh lsh = seen.lsh().orElseThrow();
    List<String> labels = labels(text, encoding);
    // Padding, where the model pads, is seen by nobody.
    IntStream.range(n, seen.input().n()).forEach(_ -> labels.add("padding"));
    Subject subject = new Subject(seen.input(), labels, true, origin(n, asked, seen.input()));
    return new Source(
        subject, Optional.of(lsh.rotations()), new long[0], Optional.of(lsh.config()));
  }

  private List<Integer> hashingLayers() {
    List<LayerKind> kinds = model.config().layers();
    return IntStream.range(0, kinds.size())
        .filter(i -> kinds.get(i) == LayerKind.LSH)
        .boxed()
        .toList();
  }

  private String origin(int n, int layer, AttentionInput input) {
    return "%s of %s, in layer %d of %d: query/key vectors of width %d as it has learnt to make them, %s."
        .formatted(
            Wording.count(n, "token"),
            name,
            layer,
            model.config().layers().size(),
            input.dQk(),
            Wording.count(input.heads(), "head"));
  }

  /// The part of the text that every token stands for; of a character of several bytes, its number
  /// as well.
  private static List<String> labels(String text, Encoding encoding) {
    List<String> labels = new ArrayList<>();
    int part = 1;
    for (int i = 0; i < encoding.length(); i++) {
      boolean same =
          i > 0
              && encoding.begins()[i] == encoding.begins()[i - 1]
              && encoding.ends()[i] == encoding.ends()[i - 1];
      part = same ? part + 1 : 1;
      String piece =
          encoding.texts()[i] == Encoding.SPECIAL
              ? "special"
              : text.substring(encoding.begins()[i], encoding.ends()[i]);
      labels.add(shown(piece) + (part > 1 ? "/" + part : ""));
    }
    return labels;
  }

  private static String shown(String piece) {
    return Objects.requireNonNull(
        switch (piece) {
          case " " -> "␣";
          case "\n" -> "⏎";
          case "\t" -> "⇥";
          default -> piece;
        });
  }
}
