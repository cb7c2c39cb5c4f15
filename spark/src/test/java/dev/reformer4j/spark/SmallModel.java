package dev.reformer4j.spark;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.model.AxialShape;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/// A Reformer of bytes, small and of odd widths.
final class SmallModel {
  private SmallModel() {}

  static ReformerConfig config(HeadKind head) {
    return ReformerConfig.builder()
        .layers(LayerKind.LOCAL, LayerKind.LSH)
        .dModel(10)
        .heads(2)
        .headSize(3)
        .feedForwardSize(14)
        .vocabularySize(258)
        .maxPositions(320)
        .axial(new AxialShape(List.of(16, 20), List.of(4, 6)))
        .localChunk(6)
        .lshChunk(4)
        .rounds(2)
        .buckets(2, 4)
        .causal(head == HeadKind.LANGUAGE_MODEL)
        .chunking(Chunking.SLIDING)
        .hashSeed(OptionalLong.of(5))
        .hiddenDropout(0.1)
        .lshDropout(0)
        .localDropout(0)
        .labels(List.of("dull", "fine", "great"))
        .architectures(List.of(head.architecture()))
        .build();
  }

  static Reformer create(HeadKind head) {
    return Reformer.create(config(head), 3);
  }

  /// Saves one.
  static Path in(Path directory, HeadKind head) throws TensorFileException {
    create(head).save(directory, DType.F32);
    return directory;
  }
}
