package dev.reformer4j.cli.model;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.model.AxialShape;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.model.ReformerConfigBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Small untrained models in directories, with a vocabulary of bytes.
public final class TestModels {
  /// Positions of every model here.
  public static final int POSITIONS = 256;

  private static final int BYTES = 258;

  private TestModels() {}

  /// A configuration for some head, with both kinds of attention.
  public static ReformerConfigBuilder config(HeadKind head) {
    return ReformerConfig.builder()
        .layers(LayerKind.LOCAL, LayerKind.LSH)
        .dModel(16)
        .heads(2)
        .headSize(8)
        .feedForwardSize(32)
        .vocabularySize(BYTES)
        .maxPositions(POSITIONS)
        .axial(AxialShape.of(POSITIONS, 16, 2))
        .localChunk(8)
        .lshChunk(8)
        .buckets(4)
        .rounds(2)
        .initializerRange(0.5)
        .causal(head == HeadKind.LANGUAGE_MODEL)
        .eosIds(List.of())
        .labels(
            head == HeadKind.CLASSIFICATION ? List.of("BAD", "SO-SO", "GOOD") : List.of("a", "b"))
        .architectures(List.of(head.architecture()));
  }

  /// A causal language model whose cached step equals the full pass.
  public static ReformerConfigBuilder sliding() {
    return config(HeadKind.LANGUAGE_MODEL).chunking(Chunking.SLIDING);
  }

  /// Saves a model with random weights. If it speaks, it says visible characters of ASCII only, so
  /// that whatever it says is a text.
  public static Path save(ReformerConfigBuilder config, Path directory) throws IOException {
    Reformer model = Reformer.create(config.build(), 7);
    if (model.headKind().speaks()) {
      float[] bias = model.parameters().get("lm_head.bias").value().data();
      for (int id = 0; id < bias.length; id++) {
        bias[id] = id - 2 > ' ' && id - 2 < 127 ? 0 : -1000;
      }
    }
    model.save(directory, DType.F32);
    return directory;
  }

  /// Saves a model with random weights for some head.
  public static Path save(HeadKind head, Path directory) throws IOException {
    return save(config(head), directory);
  }
}
