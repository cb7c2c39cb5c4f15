package dev.reformer4j.cli.model;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.AxialShape;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/// One forward pass of a model as a process of its own, to see whether it fits a heap.
public final class ModelPass {
  static final int FITS = 10;
  static final int DOES_NOT_FIT = 11;

  private ModelPass() {}

  /// Runs the pass and ends the process with what became of it.
  ///
  /// @param args kind of the layers, tokens, size of the vocabulary
  public static void main(String[] args) {
    LayerKind kind = LayerKind.valueOf(args[0].toUpperCase(Locale.ROOT));
    int n = Integer.parseInt(args[1]);
    try (Workers workers = Workers.of(2)) {
      Reformer model = Reformer.create(config(kind, Integer.parseInt(args[2])), 1);
      System.exit(model.logits(new int[n], workers).dim(0) == n ? FITS : 1);
    } catch (OutOfMemoryError e) {
      System.exit(DOES_NOT_FIT);
    }
  }

  static ReformerConfig config(LayerKind kind, int vocabulary) {
    return ReformerConfig.builder()
        .layers(kind, kind)
        .dModel(32)
        .heads(4)
        .headSize(16)
        .feedForwardSize(64)
        .vocabularySize(vocabulary)
        .maxPositions(1 << 18)
        .axial(AxialShape.of(1 << 18, 32, 2))
        .rounds(2)
        .causal(true)
        .eosIds(List.of())
        .padId(OptionalInt.of(0))
        .architectures(List.of(HeadKind.LANGUAGE_MODEL.architecture()))
        .build();
  }
}
