package dev.reformer4j.text;

import dev.reformer4j.checkpoint.TensorFileException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which vocabulary a model's directory holds.
final class VocabularyFiles {
  static final String JSON = "tokenizer.json";
  static final String SENTENCEPIECE = "spiece.model";

  private VocabularyFiles() {}

  /// Does what [Vocabulary#load] says.
  static Vocabulary load(Path directory, int modelSize) throws TensorFileException {
    if (!Files.isDirectory(directory)) {
      throw new TensorFileException(
          "cannot read the vocabulary of "
              + directory
              + ": it is no directory; name one that holds a model");
    }
    if (Files.exists(directory.resolve(JSON))) {
      return new JsonVocabulary(directory.resolve(JSON), modelSize);
    }
    if (Files.exists(directory.resolve(SENTENCEPIECE))) {
      return new SentencePieceVocabulary(directory.resolve(SENTENCEPIECE), modelSize);
    }
    if (modelSize == ByteVocabulary.SIZE) {
      return Vocabulary.bytes();
    }
    throw new TensorFileException(
        "no vocabulary in %s: neither tokenizer.json nor spiece.model is there, and only a model of %d ids reads bytes, not one of %d; copy one of these files beside the model, or work with ids"
            .formatted(directory, ByteVocabulary.SIZE, modelSize));
  }
}
