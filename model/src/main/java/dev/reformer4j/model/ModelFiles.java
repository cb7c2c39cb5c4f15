package dev.reformer4j.model;

import dev.reformer4j.checkpoint.AtomicFile;
import dev.reformer4j.checkpoint.Checkpoint;
import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.checkpoint.Weights;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A model as files: `config.json` and weights, as `save_pretrained` writes them.
final class ModelFiles {
  private static final String CONFIG = "config.json";

  /// Larger models are written in several files of this size, as transformers does.
  private static final long MOST_SHARD_BYTES = 5_000_000_000L;

  private ModelFiles() {}

  static Reformer load(Path directory, LoadOptions options) throws TensorFileException {
    ReformerConfig config = config(directory);
    try (Weights weights = Checkpoint.open(directory)) {
      Reformer model = declare(directory, config, weights, options);
      new ParameterLoading(directory, weights).fill(model.parameters().values());
      return model;
    }
  }

  static Reformer declare(Path directory) throws TensorFileException {
    ReformerConfig config = config(directory);
    try (Weights weights = Checkpoint.open(directory)) {
      return declare(directory, config, weights, LoadOptions.defaults());
    }
  }

  private static ReformerConfig config(Path directory) throws TensorFileException {
    if (Files.isRegularFile(directory)) {
      throw new TensorFileException(
          directory
              + " is a file, but a model is config.json and weights; name the directory they are in");
    }
    return ReformerConfig.read(directory.resolve(CONFIG));
  }

  private static Reformer declare(
      Path directory, ReformerConfig config, Weights weights, LoadOptions options)
      throws TensorFileException {
    try {
      HeadKind kind =
          HeadKind.named(config.architectures()).orElseGet(() -> headOf(config, weights));
      return Building.build(kind.namedIn(config), kind, options);
    } catch (IllegalArgumentException e) {
      throw new TensorFileException(directory.resolve(CONFIG) + ": " + e.getMessage(), e);
    }
  }

  /// The head whose weights are there, for a configuration that names none.
  private static HeadKind headOf(ReformerConfig config, Weights weights) {
    if (weights.names().contains("lm_head.decoder.weight")) {
      return HeadKind.defaultFor(config);
    }
    if (weights.names().contains("classifier.dense.weight")) {
      return HeadKind.CLASSIFICATION;
    }
    if (weights.names().contains("qa_outputs.weight")) {
      return HeadKind.QUESTION_ANSWERING;
    }
    return HeadKind.NONE;
  }

  /// The configuration is written last: a directory without one is not a model yet.
  static void save(Reformer model, Path directory, DType dtype) throws TensorFileException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters().values()) {
      tensors.put(parameter.name(), parameter.value());
    }
    ReformerConfig config = model.config().toBuilder().savedAs(dtype).build();
    Checkpoint.write(directory, tensors, dtype, MOST_SHARD_BYTES);
    AtomicFile.writeText(directory.resolve(CONFIG), config.toJson());
  }
}
