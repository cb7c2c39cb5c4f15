package dev.reformer4j.model;

import dev.reformer4j.attention.Rotations;
import dev.reformer4j.kernel.CounterRandom;
import dev.reformer4j.layer.AttentionShape;
import dev.reformer4j.layer.AxialPositions;
import dev.reformer4j.layer.Embeddings;
import dev.reformer4j.layer.ExactSelfAttention;
import dev.reformer4j.layer.FeedForward;
import dev.reformer4j.layer.Initial;
import dev.reformer4j.layer.LearnedPositions;
import dev.reformer4j.layer.LocalSelfAttention;
import dev.reformer4j.layer.LshSelfAttention;
import dev.reformer4j.layer.Parameters;
import dev.reformer4j.layer.Positions;
import dev.reformer4j.layer.ReversibleStack;
import dev.reformer4j.layer.SelfAttention;
import java.util.ArrayList;
import java.util.List;

/// Builds a model from its configuration, every parameter under the name that it has in Hugging
/// Face.
final class Building {
  private final ReformerConfig config;
  private final LoadOptions options;
  private final double deviation;

  private Building(ReformerConfig config, LoadOptions options) {
    this.config = config;
    this.options = options;
    this.deviation = config.initializerRange();
  }

  /// Builds a model whose parameters have no numbers yet.
  static Reformer build(ReformerConfig config, HeadKind kind, LoadOptions options) {
    Building building = new Building(config, options);
    Parameters parameters = new Parameters();
    // The class without a head is the part that the others call `reformer`.
    Parameters body = kind == HeadKind.NONE ? parameters : parameters.in("reformer");
    Embeddings embeddings = building.embeddings(body.in("embeddings"));
    Parameters encoder = body.in("encoder");
    List<ReversibleStack.Block> blocks = new ArrayList<>();
    for (int i = 0; i < config.layers().size(); i++) {
      blocks.add(building.block(encoder.in("layers").in(Integer.toString(i)), i));
    }
    Head head = Head.of(kind, config, encoder, parameters, options.languageModelBias());
    return new Reformer(config, options, parameters, embeddings, new ReversibleStack(blocks), head);
  }

  private Embeddings embeddings(Parameters parameters) {
    return Embeddings.of(
        parameters,
        config.vocabularySize(),
        config.dModel(),
        deviation,
        config.hiddenDropout(),
        this::positions);
  }

  private Positions positions(Parameters parameters) {
    return config.axialPositions()
        ? AxialPositions.of(parameters, config.axialShape(), config.axialDims(), axialInitial())
        : LearnedPositions.of(parameters, config.maxPositions(), config.dModel(), deviation);
  }

  private Initial axialInitial() {
    double deviation = config.axialNormStd();
    return switch (config.positionInitial()) {
      case NORMAL -> new Initial.Normal(deviation);
      case WAVES -> new Initial.Waves(deviation);
    };
  }

  private ReversibleStack.Block block(Parameters parameters, int index) {
    return new ReversibleStack.Block(
        attention(parameters.in("attention"), index),
        FeedForward.of(
            parameters.in("feed_forward"),
            config.dModel(),
            config.feedForwardSize(),
            config.activation(),
            config.layerNormEpsilon(),
            deviation,
            config.hiddenDropout()));
  }

  private SelfAttention attention(Parameters parameters, int index) {
    AttentionShape shape =
        new AttentionShape(
            config.dModel(),
            config.heads(),
            config.headSize(),
            config.layerNormEpsilon(),
            deviation,
            config.hiddenDropout(),
            config.layers().get(index) == LayerKind.LSH
                ? config.lshDropout()
                : config.localDropout());
    return switch (config.layers().get(index)) {
      case LOCAL -> LocalSelfAttention.of(parameters, config.local(), shape);
      case LSH ->
          options.exactAttention()
              ? ExactSelfAttention.of(parameters, config.causal(), shape)
              : LshSelfAttention.of(parameters, config::lsh, rotations(index), shape);
    };
  }

  /// With `hash_seed` all layers rotate alike, as in Hugging Face; otherwise each has its own.
  private Rotations rotations(int index) {
    return config.hashSeed().isPresent()
        ? Rotations.torch(config.hashSeed().getAsLong())
        : Rotations.seeded(CounterRandom.split(CounterRandom.key(config.rotationSeed()), index));
  }
}
