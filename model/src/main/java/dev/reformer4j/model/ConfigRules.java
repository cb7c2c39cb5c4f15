package dev.reformer4j.model;

import dev.reformer4j.attention.Buckets;
import dev.reformer4j.attention.Chunking;
import java.util.List;
import java.util.Map;

/// What must hold between the settings of one model; each alone is checked by its [Setting].
final class ConfigRules {
  private final ReformerConfig config;
  private final Map<String, Object> tree;

  private ConfigRules(ReformerConfig config, Map<String, Object> tree) {
    this.config = config;
    this.tree = tree;
  }

  /// @throws IllegalArgumentException with the sentence for the first rule that is broken
  static void check(ReformerConfig config, Map<String, Object> tree) {
    ConfigRules rules = new ConfigRules(config, tree);
    rules.isReformer();
    rules.depthIsThatOfTheLayers();
    rules.axialPositionsFill();
    rules.attentionsCanRun();
    rules.headsFit();
    rules.weightsAreNotTooLarge();
  }

  private void isReformer() {
    Object type = tree.get(ConfigFile.TYPE);
    if (type != null && !type.equals(ConfigFile.REFORMER)) {
      throw new IllegalArgumentException(
          "model_type is " + Setting.show(type) + ", but only \"reformer\" can be run here");
    }
    for (String key : tree.keySet()) {
      if (key.startsWith(Settings.OWN + ".")
          && Settings.OURS.stream().noneMatch(setting -> setting.key().equals(key))) {
        throw new IllegalArgumentException(
            key
                + " is unknown; known are "
                + String.join(", ", Settings.OURS.stream().map(Setting::key).toList())
                + ", or it comes from a newer version");
      }
    }
  }

  private void depthIsThatOfTheLayers() {
    int layers = config.layers().size();
    int said = Setting.whole(ConfigFile.DEPTH, layers, 0).nullable().in(tree);
    if (said != layers) {
      throw new IllegalArgumentException(
          ConfigFile.DEPTH
              + " is "
              + said
              + ", but attn_layers lists "
              + layers
              + "; remove the one or correct the other");
    }
  }

  private void axialPositionsFill() {
    if (!config.axialPositions()) {
      return;
    }
    List<Integer> shape = config.axialShape();
    List<Integer> dims = config.axialDims();
    if (shape.size() != dims.size()) {
      throw new IllegalArgumentException(
          "axial_pos_shape "
              + shape
              + " and axial_pos_embds_dim "
              + dims
              + " must have as many entries as each other");
    }
    if (shape.size() > AxialShape.MOST_AXES) {
      throw new IllegalArgumentException(
          "axial_pos_shape has "
              + shape.size()
              + " entries, but at most "
              + AxialShape.MOST_AXES
              + " make sense; two are usual");
    }
    long sum = dims.stream().mapToLong(Integer::longValue).sum();
    if (sum != config.dModel()) {
      throw new IllegalArgumentException(
          "axial_pos_embds_dim "
              + dims
              + " sums to "
              + sum
              + ", but must sum to hidden_size "
              + config.dModel()
              + ", for example "
              + AxialShape.split(config.dModel(), Math.min(dims.size(), config.dModel())));
    }
  }

  private void attentionsCanRun() {
    if (config.layers().contains(LayerKind.LOCAL)) {
      explain("local layers: ", config::local);
    }
    if (!config.layers().contains(LayerKind.LSH)) {
      return;
    }
    for (Setting<?> setting :
        List.of(
            Settings.LSH_CHUNK, Settings.LSH_BEFORE, Settings.LSH_AFTER, Settings.LSH_DROPOUT)) {
      if (tree.containsKey(setting.key()) && tree.get(setting.key()) == null) {
        throw new IllegalArgumentException(
            setting.key()
                + " is null, but attn_layers has lsh layers; give a number, such as "
                + setting.byDefault());
      }
    }
    if (!config.bucketFactors().isEmpty()) {
      int[] factors = config.bucketFactors().stream().mapToInt(Integer::intValue).toArray();
      explain("num_buckets: ", () -> Buckets.of(factors));
    } else if (config.chunking() == Chunking.SLIDING) {
      throw new IllegalArgumentException(
          "num_buckets is null, but sliding chunking hashes every length alike; give an even number"
              + " or a list of them");
    }
    explain("lsh layers: ", () -> config.lsh(config.lshChunk()));
  }

  private void headsFit() {
    boolean looksAhead =
        (config.layers().contains(LayerKind.LOCAL) && config.localAfter() > 0)
            || (config.layers().contains(LayerKind.LSH) && config.lshAfter() > 0);
    for (String architecture : config.architectures()) {
      String wrong =
          switch (architecture) {
            case "ReformerModelWithLMHead" ->
                !config.causal()
                    ? "is_decoder must be true"
                    : looksAhead ? "local_num_chunks_after and lsh_num_chunks_after must be 0" : "";
            case "ReformerForMaskedLM" -> config.causal() ? "is_decoder must be false" : "";
            case "ReformerForQuestionAnswering" ->
                config.labels().size() == 2
                    ? ""
                    : "there must be 2 labels (start and end) and not " + config.labels().size();
            default -> "";
          };
      if (!wrong.isEmpty()) {
        throw new IllegalArgumentException(
            "architectures names " + architecture + ", for which " + wrong);
      }
    }
  }

  private void weightsAreNotTooLarge() {
    long d = config.dModel();
    long across = (long) config.heads() * config.headSize();
    fits("num_attention_heads × attention_head_size × hidden_size", across, d);
    fits("feed_forward_size × hidden_size", config.feedForwardSize(), d);
    fits("vocab_size × 2 × hidden_size", config.vocabularySize(), 2 * d);
    fits("labels × 2 × hidden_size", Math.max(d, config.labels().size()), 2 * d);
    if (config.axialPositions()) {
      for (int i = 0; i < config.axialShape().size(); i++) {
        fits(
            "axial_pos_shape × axial_pos_embds_dim",
            config.axialShape().get(i),
            config.axialDims().get(i));
      }
    } else {
      fits("max_position_embeddings × hidden_size", config.maxPositions(), d);
    }
  }

  private static void fits(String product, long rows, long columns) {
    if (Math.multiplyHigh(rows, columns) != 0 || rows * columns > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          product
              + " is "
              + rows
              + " × "
              + columns
              + ", but one weight can hold at most "
              + Integer.MAX_VALUE
              + " numbers; make the model smaller");
    }
  }

  /// Runs a check that knows its numbers but not whose they are.
  private static void explain(String whose, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(whose + e.getMessage(), e);
    }
  }
}
