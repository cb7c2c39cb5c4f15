package dev.reformer4j.text;

import dev.reformer4j.checkpoint.TensorFileException;
import java.nio.file.Path;
import java.util.OptionalInt;

/// Turns text into the ids of one model, and ids back into text. Safe for many threads.
///
/// Text is refused where it is none: a `String` with half of a surrogate pair.
public interface Vocabulary extends AutoCloseable {
  /// The vocabulary of a model's directory: `tokenizer.json`, else `spiece.model`, else bytes where
  /// the model has 258 ids.
  ///
  /// @param directory as `save_pretrained` writes it
  /// @param modelSize how many ids the model has; no text is encoded to others
  /// @throws TensorFileException if there is no vocabulary, or it cannot be read
  static Vocabulary load(Path directory, int modelSize) throws TensorFileException {
    return VocabularyFiles.load(directory, modelSize);
  }

  /// The bytes of UTF-8, as in reformer-enwik8.
  static ByteVocabulary bytes() {
    return ByteVocabulary.INSTANCE;
  }

  /// What it is, in a few words, such as `bytes`.
  String kind();

  /// How many ids it has. That of the model may be another.
  int size();

  /// The ids of a text, with the special tokens that belong around it.
  ///
  /// @throws IllegalArgumentException if the text has half of a surrogate pair, or a token that the
  ///   model lacks
  default int[] encode(String text) {
    return encoding(text).ids();
  }

  /// The ids of a text, and where in it each comes from.
  ///
  /// @throws IllegalArgumentException as [#encode]
  Encoding encoding(String text);

  /// The ids of two texts as one sequence, such as a question and the text to find the answer in.
  ///
  /// @throws IllegalArgumentException as [#encode]
  Encoding encoding(String first, String second);

  /// The text of some ids. Special tokens stand for none; nor do the ids that only the model has.
  ///
  /// @throws IllegalArgumentException if an id is neither in the vocabulary nor in the model
  String decode(int... ids);

  /// A decoder for ids that come one by one. What it gives, put together, is what [#decode] gives.
  Decoder decoder();

  /// The id that fills a sequence up, if there is one.
  OptionalInt padId();

  /// The id that ends a text, if there is one.
  OptionalInt eosId();

  /// The id that stands where a token is hidden, if there is one.
  default OptionalInt maskId() {
    return OptionalInt.empty();
  }

  /// The id that stands for what the vocabulary lacks, if there is one.
  default OptionalInt unknownId() {
    return OptionalInt.empty();
  }

  /// What tells it from another: equal for the same files.
  default long fingerprint() {
    return kind().hashCode();
  }

  /// Writes the files of this vocabulary into another model's directory, each whole or not at all.
  ///
  /// @throws TensorFileException if one cannot be written
  void saveTo(Path directory) throws TensorFileException;

  /// Gives back native memory, where there is some. Afterwards only [#close] may be called.
  @Override
  void close();
}
