package dev.reformer4j.checkpoint;

import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Stream;

/// A model's tensors as Hugging Face lays them out in a directory.
///
/// ```java
/// try (Weights weights = Checkpoint.open(directory)) {
///   Tensor embedding = weights.floats("reformer.embeddings.word_embeddings.weight");
/// }
/// Checkpoint.write(directory, tensors, DType.F32, Checkpoint.SHARD_BYTES);
/// ```
public final class Checkpoint {
  /// The most bytes of tensors in one file, as transformers has it by default: 50 GB.
  public static final long SHARD_BYTES = 50_000_000_000L;

  static final String FILE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  /// What is looked for in a directory, in the order in which transformers looks.
  private static final List<String> PREFERRED =
      List.of(FILE, INDEX, "pytorch_model.bin", "pytorch_model.bin.index.json");

  /// How often a directory that keeps changing is looked at again.
  private static final int MOST_ATTEMPTS = 20;

  private static final byte[] LFS_POINTER =
      "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);

  private Checkpoint() {}

  /// A file as it is at this moment.
  private record Found(Path path, Object key, FileTime modified, long size) {}

  /// Opens a checkpoint: a file (`.safetensors`, PyTorch's `.bin`, or the `.index.json` of several
  /// of either), or a directory with a `model.safetensors`, a `model.safetensors.index.json`, a
  /// `pytorch_model.bin` or a `pytorch_model.bin.index.json`, of which the first is taken. A
  /// directory may be [written][#write] to meanwhile; what is opened is one whole saving.
  ///
  /// @throws TensorFileException if there is none, or it cannot be read or breaks a rule of its
  ///   format
  public static Weights open(Path directoryOrFile) throws TensorFileException {
    if (!Files.isDirectory(directoryOrFile)) {
      return openFile(directoryOrFile);
    }
    Found found = find(directoryOrFile);
    for (int attempt = 1; ; attempt++) {
      try {
        return openFile(found.path());
      } catch (TensorFileException e) {
        // Another saving may have taken the place of the one whose files were being opened.
        Found now = find(directoryOrFile);
        if (now.equals(found) || attempt == MOST_ATTEMPTS) {
          throw e;
        }
        found = now;
      }
    }
  }

  private static Found find(Path directory) throws TensorFileException {
    for (String name : PREFERRED) {
      Path path = directory.resolve(name);
      try {
        BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
        return new Found(path, file.fileKey(), file.lastModifiedTime(), file.size());
      } catch (IOException _) {
        // Not there, or not to be read: what takes its place says so.
      }
    }
    throw new TensorFileException(
        directory
            + ": holds none of "
            + String.join(", ", PREFERRED)
            + ", but "
            + contents(directory)
            + "; name the directory or the file of a model");
  }

  private static String contents(Path directory) throws TensorFileException {
    try (Stream<Path> files = Files.list(directory)) {
      List<String> names =
          files.map(file -> Objects.toString(file.getFileName())).sorted().toList();
      return TensorFileException.list(names, "is empty");
    } catch (IOException e) {
      throw TensorFileException.reading(directory, e);
    }
  }

  /// Opens one file by what it is.
  static Weights openFile(Path path) throws TensorFileException {
    String name = Objects.toString(path.getFileName(), "");
    if (name.endsWith(".json")) {
      return ShardedWeights.open(path);
    }
    return openTensors(path);
  }

  /// Opens a file that holds tensors itself, whatever its name.
  static Weights openTensors(Path path) throws TensorFileException {
    return over(MappedFile.open(path));
  }

  /// The same over a map that is already there, which is closed with it or if it is bad.
  static Weights over(MappedFile file) throws TensorFileException {
    try {
      byte[] start = new byte[(int) Math.min(file.size(), LFS_POINTER.length)];
      file.copy(0, start, 0, start.length);
      if (Arrays.equals(start, LFS_POINTER)) {
        throw file.wrong(
            "is a Git LFS pointer and not the file it stands for; fetch that with: git lfs pull");
      }
      return isPyTorch(file) ? PyTorchReader.read(file) : Safetensors.over(file);
    } catch (TensorFileException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /// By the usual names; where there is none, by how the file begins.
  private static boolean isPyTorch(MappedFile file) throws TensorFileException {
    return file.name().endsWith(".bin")
        || (!file.name().endsWith(".safetensors")
            && !SafetensorsHeader.isPlausible(file)
            && PyTorchReader.recognizes(file));
  }

  /// Writes a model's tensors into a directory, which is created if need be: `model.safetensors`,
  /// or, beyond `maxShardBytes`, files `model-00001-of-00003.safetensors` with a
  /// `model.safetensors.index.json`, byte for byte as transformers would. A tensor beyond
  /// `maxShardBytes` gets a file of its own.
  ///
  /// A reader finds either the model that was there before or this one, whole, whatever stops the
  /// writing. Then the files of the former are removed; other files stay.
  ///
  /// @param dtype `F32`, `F16` or `BF16`
  /// @throws TensorFileException if that is not possible, or a finite number would become infinite
  ///   in the dtype; the sentence names the tensor
  /// @throws IllegalArgumentException if the dtype is another, `maxShardBytes` is not positive, or
  ///   a name is `__metadata__` or holds half a surrogate pair
  public static void write(
      Path directory, SequencedMap<String, Tensor> tensors, DType dtype, long maxShardBytes)
      throws TensorFileException {
    CheckpointWriter.write(directory, tensors, dtype, maxShardBytes);
  }
}
