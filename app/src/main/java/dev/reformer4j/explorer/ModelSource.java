package dev.reformer4j.explorer;

import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LayerAttention;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Encoding;
import dev.reformer4j.text.Vocabulary;
import dev.reformer4j.words.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The vectors that a model learnt: what the attention of one of its layers reads.
final class ModelSource implements Source {
  private final String name;
  private final Reformer model;
  private final Vocabulary vocabulary;

  ModelSource(String name, Reformer model, Vocabulary vocabulary) {
    this.name = name;
    this.model = model;
    this.vocabulary = vocabulary;
    if (layers().stream().noneMatch(Layer::hashes)) {
      throw new IllegalArgumentException(
          name + " has no LSH layer, so nothing of it is hashed; explore a model that has one");
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Layer> layers() {
    List<LayerKind> kinds = model.config().layers();
    return IntStream.range(0, kinds.size())
        .mapToObj(i -> new Layer(i, kinds.get(i) == LayerKind.LSH))
        .toList();
  }

  /// The layer asked for, or the first that hashes.
  ///
  /// @throws IllegalArgumentException if there is none such
  int layer(Optional<Integer> asked) {
    List<Layer> all = layers();
    if (asked.isEmpty()) {
      return all.stream().filter(Layer::hashes).findFirst().orElseThrow().index();
    }
    int layer = asked.get();
    if (layer < 0 || layer >= all.size() || !all.get(layer).hashes()) {
      throw new IllegalArgumentException(
          "layer %d is no LSH layer of %s; choose one of %s"
              .formatted(
                  layer,
                  name,
                  String.join(
                      ", ",
                      all.stream()
                          .filter(Layer::hashes)
                          .map(l -> Integer.toString(l.index()))
                          .toList())));
    }
    return layer;
  }

  @Override
  public Material read(
      String text, Optional<Unit> unit, Optional<Integer> layer, int mostTokens, Workers workers) {
    int index = layer(layer);
    Encoding encoding = vocabulary.encoding(text);
    if (encoding.length() == 0) {
      throw new IllegalArgumentException(
          "the text is empty, so there is nothing to attend over; give one character at least");
    }
    TooLong.check(encoding.length(), mostTokens);
    LayerAttention attention = model.attention(encoding.ids(), index, workers);
    LayerAttention.Lsh lsh = attention.lsh().orElseThrow();
    return new Material(
        labels(encoding, text, attention.input().n()),
        encoding.length(),
        "token",
        attention.input(),
        model.config().dModel(),
        usual(lsh.config()),
        lsh.rotations(),
        "the model's",
        "What layer %d of %s reads: queries and keys that it learnt.".formatted(index, name));
  }

  private static LshConfig usual(LshConfig config) {
    return config.withRounds(Math.min(View.MOST_ROUNDS, config.rounds()));
  }

  /// The part of the text that a token stands for; where that is none, the token's own text.
  private List<String> labels(Encoding encoding, String text, int n) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      labels.add(i < encoding.length() ? label(encoding, text, i) : "padding");
    }
    return labels;
  }

  private String label(Encoding encoding, String text, int i) {
    String part = text.substring(encoding.begins()[i], encoding.ends()[i]);
    if (!part.isEmpty() && encoding.texts()[i] != Encoding.SPECIAL) {
      return part;
    }
    String own = vocabulary.decode(encoding.ids()[i]);
    return own.isBlank() || own.contains("\uFFFD") ? "#" + encoding.ids()[i] : own;
  }

  @Override
  public Optional<Continuation> continuation() {
    return model.headKind() == HeadKind.LANGUAGE_MODEL
        ? Optional.of(new Continuation(this, model, vocabulary))
        : Optional.empty();
  }

  @Override
  public void close() {
    vocabulary.close();
  }
}
