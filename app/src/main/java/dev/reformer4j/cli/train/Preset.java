package dev.reformer4j.cli.train;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.model.AxialShape;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.PositionInitial;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.text.Vocabulary;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Language models on bytes to begin with: sliding, so that training sees what generation will see,
/// local and LSH layers in turn, 16,384 positions.
enum Preset {
  /// For trying things out: a quarter of a million parameters.
  TINY(2, 64, 2, 256, 32, 1, 3e-3),
  /// Learns to write words and sentences in an hour on a few cores: two million parameters.
  SMALL(4, 192, 3, 768, 64, 2, 2e-3),
  /// For days, or many cores: eight million parameters.
  BASE(6, 320, 5, 1280, 64, 2, 1e-3);

  private static final int AXIS = 128;
  private static final int BUCKETS = 64;

  /// Standard deviation of initial positions; that of Hugging Face (1) drowns the tokens for long.
  private static final double POSITIONS = 0.02;

  private final int layers;
  private final int dModel;
  private final int heads;
  private final int feedForward;
  private final int chunk;
  private final int rounds;
  private final double rate;

  Preset(int layers, int dModel, int heads, int feedForward, int chunk, int rounds, double rate) {
    this.layers = layers;
    this.dModel = dModel;
    this.heads = heads;
    this.feedForward = feedForward;
    this.chunk = chunk;
    this.rounds = rounds;
    this.rate = rate;
  }

  /// A learning rate that suits it.
  double rate() {
    return rate;
  }

  ReformerConfig config() {
    return ReformerConfig.builder()
        .layers(
            IntStream.range(0, layers)
                .mapToObj(i -> i % 2 == 0 ? LayerKind.LOCAL : LayerKind.LSH)
                .toList())
        .dModel(dModel)
        .heads(heads)
        .headSize(dModel / heads)
        .feedForwardSize(feedForward)
        .vocabularySize(Vocabulary.bytes().size())
        .maxPositions(AXIS * AXIS)
        .axial(
            new AxialShape(
                List.of(AXIS, AXIS), List.of(dModel / 3 / 2 * 2, dModel - dModel / 3 / 2 * 2)))
        .axialNormStd(POSITIONS)
        .positionInitial(PositionInitial.WAVES)
        .localChunk(chunk)
        .lshChunk(chunk)
        .buckets(BUCKETS)
        .rounds(rounds)
        .chunking(Chunking.SLIDING)
        .causal(true)
        .hiddenDropout(0)
        .localDropout(0)
        .padId(OptionalInt.of(0))
        .eosIds(List.of())
        .architectures(List.of(HeadKind.LANGUAGE_MODEL.architecture()))
        .build();
  }
}
