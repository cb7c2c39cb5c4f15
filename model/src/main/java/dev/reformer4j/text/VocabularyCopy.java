package dev.reformer4j.text;

import dev.reformer4j.checkpoint.AtomicFile;
import dev.reformer4j.checkpoint.TensorFileException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/// The files of a vocabulary as they were when it was read, to be written beside another model.
///
/// @param files bytes by name
record VocabularyCopy(Map<String, byte[]> files) {
  /// What [Vocabulary#load] looks for, in this order.
  private static final List<String> CHOICE =
      List.of(VocabularyFiles.JSON, VocabularyFiles.SENTENCEPIECE);

  private static final List<String> BESIDE =
      List.of(TokenizerSettings.CONFIG, TokenizerSettings.MAP, TokenizerSettings.ADDED);

  /// Reads the files that are there.
  static VocabularyCopy of(Path directory) throws TensorFileException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (List<String> names : List.of(CHOICE, BESIDE)) {
      for (String name : names) {
        if (Files.exists(directory.resolve(name))) {
          files.put(name, TextFile.bytes(directory.resolve(name)));
        }
      }
    }
    return new VocabularyCopy(files);
  }

  /// A checksum of names and contents.
  long fingerprint() {
    CRC32C sum = new CRC32C();
    files.forEach((name, bytes) -> {
      sum.update(name.getBytes(StandardCharsets.UTF_8));
      sum.update(bytes);
    });
    return sum.getValue();
  }

  /// Writes them. A file of another vocabulary that would be read instead is a reason not to.
  ///
  /// @throws TensorFileException if one cannot be written
  void saveTo(Path directory) throws TensorFileException {
    for (String name : CHOICE) {
      if (!files.containsKey(name) && Files.exists(directory.resolve(name))) {
        throw new TensorFileException(
            directory
                + " holds the "
                + name
                + " of another vocabulary, which would be read instead of this one; remove it, or"
                + " choose another directory");
      }
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      AtomicFile.write(
          directory.resolve(file.getKey()),
          out -> {
            ByteBuffer bytes = ByteBuffer.wrap(file.getValue());
            while (bytes.hasRemaining()) {
              out.write(bytes);
            }
          });
    }
  }
}
