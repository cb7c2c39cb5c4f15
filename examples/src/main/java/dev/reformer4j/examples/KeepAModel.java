package dev.reformer4j.examples;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.generate.Pooling;
import dev.reformer4j.model.AxialShape;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Makes a model, saves it, loads it again, and asks it for logits and an embedding. Hugging Face
/// loads the same directory; one that it has saved is loaded the same way.
public final class KeepAModel {
  private KeepAModel() {}

  /// @param args a directory to save to; without one a temporary one
  static void main(String[] args) throws IOException {
    Path directory = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("reformer");
    Reformer model = Reformer.create(config(), 42);
    model.save(directory, DType.F32);
    Reformer loaded = Reformer.load(directory);

    int[] ids = Vocabulary.bytes().encode("Attention over long sequences.");
    try (Workers workers = Workers.allProcessors()) {
      Tensor logits = loaded.logits(ids, workers);
      Tensor embedding = Pooling.MEAN.of(loaded.hidden(ids, workers));
      IO.println("logits " + logits + ", embedding " + embedding);
      boolean same = Arrays.equals(logits.data(), model.logits(ids, workers).data());
      IO.println(same ? "saved and loaded: the same bits" : "saved and loaded: other numbers");
    }
  }

  /// A small causal language model over bytes.
  static ReformerConfig config() {
    return ReformerConfig.builder()
        .layers(LayerKind.LOCAL, LayerKind.LSH)
        .dModel(64)
        .heads(4)
        .headSize(16)
        .feedForwardSize(128)
        .vocabularySize(Vocabulary.bytes().size())
        .axial(AxialShape.of(4096, 64, 2))
        .causal(true)
        .architectures(List.of("ReformerModelWithLMHead"))
        .build();
  }
}
