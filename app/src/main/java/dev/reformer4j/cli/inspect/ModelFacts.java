package dev.reformer4j.cli.inspect;

import dev.reformer4j.attention.Chunking;
import dev.reformer4j.checkpoint.Checkpoint;
import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.checkpoint.Weights;
import dev.reformer4j.cli.model.ModelMemory;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What there is to say of a model.
///
/// @param model has no numbers
/// @param rows its parameters, and what else its files hold
/// @param vocabulary its kind, or why there is none
/// @param length tokens that buckets and memory are for
record ModelFacts(
    Path directory, Reformer model, List<ParameterRow> rows, String vocabulary, int length) {
  /// Looks at the files.
  static ModelFacts of(Path directory, Reformer model, int length) throws IOException {
    try (Weights weights = Checkpoint.open(directory)) {
      return new ModelFacts(
          directory,
          model,
          ParameterRow.of(model.parameters(), weights),
          vocabulary(directory, model.config()),
          length);
    }
  }

  private static String vocabulary(Path directory, ReformerConfig config) {
    try (Vocabulary vocabulary = Vocabulary.load(directory, config.vocabularySize())) {
      return vocabulary.kind();
    } catch (TensorFileException e) {
      boolean there =
          Files.exists(directory.resolve("tokenizer.json"))
              || Files.exists(directory.resolve("spiece.model"));
      return there ? "unreadable: " + e.getMessage() : "no vocabulary for texts";
    }
  }

  ReformerConfig config() {
    return model.config();
  }

  /// The length that the layers compute with.
  int padded() {
    return config().chunking() == Chunking.CHUNKED ? config().paddedLength(length) : length;
  }

  /// Whether LSH layers hash at this length: chunked attention over one chunk sees all of it.
  boolean hashes() {
    return config().chunking() == Chunking.SLIDING || padded() > config().lshChunk();
  }

  ModelMemory memory() {
    return ModelMemory.of(model, length);
  }

  /// Parameters whose row has something wrong.
  long contradictions() {
    return rows.stream().filter(row -> !row.remark().isEmpty()).count();
  }

  /// Bytes of all tensors in the files.
  long bytes() {
    return rows.stream().mapToLong(ParameterRow::bytes).sum();
  }
}
