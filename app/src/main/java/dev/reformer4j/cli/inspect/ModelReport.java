package dev.reformer4j.cli.inspect;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.model.Heads;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.explain.Screen;
import dev.reformer4j.explain.TextTable;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.ReformerConfig;
import java.util.List;
import java.util.stream.Collectors;

/// A model for people: what it is, what runs where, its parameters, and what a length will take.
///
/// @param screen where it is shown; the table of parameters is as wide as its names
record ModelReport(ModelFacts facts, Screen screen) {
  /// The whole report.
  String text() {
    return String.join(
        "\n", settings() + "\n" + layers(), parameters(), memory(), contradictions());
  }

  private ReformerConfig config() {
    return facts.config();
  }

  private String settings() {
    ReformerConfig config = config();
    return screen.bold(facts.directory() + ": " + facts.model().headKind().architecture())
        + ", which "
        + Heads.words(facts.model().headKind())
        + "\n"
        + line("direction", config.causal() ? "causal: no token sees later ones" : "bidirectional")
        + line("model width", Say.count(config.dModel()))
        + line(
            "heads", config.heads() + ", queries, keys and values " + config.headSize() + " wide")
        + line(
            "feed-forward", Say.count(config.feedForwardSize()) + " wide, " + config.activation())
        + line("vocabulary", Say.count(config.vocabularySize()) + " ids, " + facts.vocabulary())
        + line("positions", positions())
        + line("chunking", chunking())
        + line("rotations", rotations())
        + labels();
  }

  private static String line(String name, String value) {
    return "  %-14s%s%n".formatted(name, value);
  }

  private String positions() {
    ReformerConfig config = config();
    String most = Say.count(config.maxLength());
    if (!config.axialPositions()) {
      return most + ", learned one by one";
    }
    return most + ", axial " + times(config.axialShape()) + " with " + plus(config.axialDims());
  }

  private String chunking() {
    String kind =
        config().chunking() == Chunking.CHUNKED
            ? "chunked: the bucket order is cut into chunks, as in trax and Hugging Face"
            : "sliding: a query sees the last tokens of its own bucket";
    return kind
        + (config().maskOtherBuckets() ? "; other buckets masked" : "")
        + (config().countOnce() ? "; each key counted once" : "");
  }

  private String rotations() {
    return config().hashSeed().isPresent()
        ? "drawn as torch does with hash_seed "
            + config().hashSeed().getAsLong()
            + ", alike in all layers"
        : "seed " + config().rotationSeed() + ", others in every layer and head";
  }

  private String labels() {
    return switch (facts.model().headKind()) {
      case CLASSIFICATION -> line("labels", String.join(", ", config().labels()));
      default -> "";
    };
  }

  private String layers() {
    TextTable table =
        new TextTable()
            .number("layer")
            .text("attention")
            .number("chunk")
            .number("before")
            .number("after")
            .number("rounds")
            .text("buckets for " + Say.count(facts.length()) + " tokens");
    List<LayerKind> layers = config().layers();
    for (int i = 0; i < layers.size(); i++) {
      String layer = Integer.toString(i);
      switch (layers.get(i)) {
        case LOCAL ->
            table.row(
                layer,
                "local",
                Integer.toString(config().localChunk()),
                Integer.toString(config().localBefore()),
                Integer.toString(config().localAfter()),
                "",
                "");
        case LSH ->
            table.row(
                layer,
                "lsh",
                Integer.toString(config().lshChunk()),
                Integer.toString(config().lshBefore()),
                Integer.toString(config().lshAfter()),
                Integer.toString(config().rounds()),
                buckets());
      }
    }
    return table.on(screen);
  }

  private String buckets() {
    String factors = Buckets.of(config().bucketFactors(facts.padded())).toString();
    return facts.hashes()
        ? factors + (config().bucketFactors().isEmpty() ? " (chosen by length)" : "")
        : "none: one chunk, every token sees it";
  }

  private String parameters() {
    boolean remarks = facts.contradictions() > 0;
    TextTable table = new TextTable().text("parameter").text("shape").text("dtype").number("count");
    if (remarks) {
      table.text("but");
    }
    for (ParameterRow row : facts.rows()) {
      String dtype = row.dtype().map(Enum::name).orElse("");
      String count = Say.count(row.count());
      if (remarks) {
        table.row(row.name(), row.shape().toString(), dtype, count, row.remark());
      } else {
        table.row(row.name(), row.shape().toString(), dtype, count);
      }
    }
    return table.on(new Screen(Integer.MAX_VALUE, screen.colour()))
        + "%n  %s parameters in %d tensors, %s in files%n"
            .formatted(
                Say.count(ModelMemory.parameters(facts.model())),
                facts.model().parameters().size(),
                Say.bytes(facts.bytes()));
  }

  private String memory() {
    ModelMemory memory = facts.memory();
    String padding =
        facts.padded() == facts.length()
            ? ""
            : " (" + Say.count(facts.padded()) + " with padding, as in Hugging Face)";
    return "Memory of a forward pass over %s tokens%s:%n"
            .formatted(Say.count(facts.length()), padding)
        + line("weights", Say.bytes(memory.weights()) + ", as float32 and packed for the kernels")
        + line("streams", Say.bytes(memory.streams()) + ", however many layers")
        + line("projections", Say.bytes(memory.projections()) + ", one layer at a time")
        + line("attention", Say.bytes(memory.attention()) + ", one layer at a time")
        + line("result", Say.bytes(memory.result()) + ", when the layers are done")
        + line("at once", Say.bytes(memory.peak()));
  }

  private String contradictions() {
    return facts.contradictions() == 0
        ? ""
        : ("config.json and weights contradict each other in %d parameters, so this model does not"
                + " load; use the config.json that the weights were saved with%n")
            .formatted(facts.contradictions());
  }

  private static String times(List<Integer> sizes) {
    return sizes.stream().map(Object::toString).collect(Collectors.joining(" x "));
  }

  private static String plus(List<Integer> sizes) {
    return sizes.stream().map(Object::toString).collect(Collectors.joining(" + ")) + " numbers";
  }
}
