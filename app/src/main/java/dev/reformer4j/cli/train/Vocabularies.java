package dev.reformer4j.cli.train;

import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Opening what turns data into ids, and what needs it.
final class Vocabularies {
  private Vocabularies() {}

  /// Opens something that may fail.
  interface Opening<T> {
    T open() throws IOException;
  }

  /// The vocabulary of a model; to be closed.
  ///
  /// @param directory where its files are; empty if it is one of bytes
  static Vocabulary of(Reformer model, Optional<Path> directory) throws IOException {
    return directory.isPresent()
        ? Vocabulary.load(directory.get(), model.config().vocabularySize())
        : Vocabulary.bytes();
  }

  /// Opens what closes the vocabulary from then on; if that fails, closes it at once.
  static <T> T closingOnFailure(Vocabulary vocabulary, Opening<T> opening) throws IOException {
    boolean opened = false;
    try {
      T result = opening.open();
      opened = true;
      return result;
    } finally {
      if (!opened) {
        vocabulary.close();
      }
    }
  }
}
