package dev.reformer4j.checkpoint;

import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Writes the files of one saving so that a reader of the directory sees the former saving or this
/// one, and never some of both.
///
/// One step decides which of them is seen. For a single file that is its rename: it goes before any
/// index. For several, their names are chosen so that no file of the former saving has one
/// (`model-2-00001-of-00003.safetensors` if need be), so it is the rename of the index; or, where a
/// single file was there before, the removal of that.
final class CheckpointWriter {
  /// The files of a saving in several, of whatever number.
  private static final Pattern SHARD =
      Pattern.compile("model(-\\d+)?-\\d{5,}-of-\\d{5,}\\.safetensors");

  private final Path directory;
  private final SequencedMap<String, Tensor> tensors;
  private final DType dtype;

  private CheckpointWriter(Path directory, SequencedMap<String, Tensor> tensors, DType dtype) {
    this.directory = directory;
    this.tensors = tensors;
    this.dtype = dtype;
  }

  /// As [Checkpoint#write].
  static void write(
      Path directory, SequencedMap<String, Tensor> tensors, DType dtype, long maxShardBytes)
      throws TensorFileException {
    if (maxShardBytes <= 0) {
      throw new IllegalArgumentException(
          "maxShardBytes is " + maxShardBytes + "; it must be positive, such as 50000000000");
    }
    CheckpointWriter writer = new CheckpointWriter(directory, tensors, dtype);
    writer.gather(tensors.sequencedKeySet()); // so that a bad argument leaves nothing behind
    List<List<String>> shards = writer.split(maxShardBytes);
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new TensorFileException(
          "cannot write " + directory + ": it is a file; name a directory");
    }
    try {
      Files.createDirectories(directory);
      if (shards.size() == 1) {
        writer.writeOne();
      } else {
        writer.writeSeveral(shards);
      }
    } catch (IOException e) {
      throw TensorFileException.writing(directory, e);
    }
  }

  /// As huggingface_hub does it: in the given order, each file filled until the next tensor would
  /// exceed the limit; a tensor that exceeds it alone goes into its own at once.
  private List<List<String>> split(long maxShardBytes) {
    List<List<String>> shards = new ArrayList<>();
    List<String> current = new ArrayList<>();
    long bytes = 0;
    for (String name : tensors.sequencedKeySet()) {
      long more = bytes(name);
      if (more > maxShardBytes) {
        shards.add(List.of(name));
        continue;
      }
      if (bytes + more > maxShardBytes) {
        shards.add(current);
        current = new ArrayList<>();
        bytes = 0;
      }
      current.add(name);
      bytes += more;
    }
    if (!current.isEmpty() || shards.isEmpty()) {
      shards.add(current);
    }
    return shards;
  }

  private long bytes(String name) {
    return (long) tensors.get(name).size() * dtype.bytes();
  }

  private SafetensorsWriter gather(Iterable<String> names) {
    // Hugging Face reads no model without this.
    SafetensorsWriter file = new SafetensorsWriter().metadata("format", "pt");
    names.forEach(name -> file.add(name, tensors.get(name), dtype));
    return file;
  }

  private void writeOne() throws IOException {
    gather(tensors.sequencedKeySet()).write(directory.resolve(Checkpoint.FILE));
    TemporaryFiles.delete(directory.resolve(Checkpoint.INDEX));
    removeShardsBut(List.of());
  }

  private void writeSeveral(List<List<String>> shards) throws IOException {
    List<String> names = freeNames(shards.size());
    List<Path> files = names.stream().map(directory::resolve).toList();
    boolean named = false;
    try {
      for (int i = 0; i < files.size(); i++) {
        TemporaryFiles.add(files.get(i));
        gather(shards.get(i)).write(files.get(i));
      }
      files.forEach(TemporaryFiles::keep);
      AtomicFile.writeText(directory.resolve(Checkpoint.INDEX), index(shards, names));
      named = true;
    } finally {
      if (!named) {
        files.forEach(TemporaryFiles::delete);
      }
    }
    Files.deleteIfExists(directory.resolve(Checkpoint.FILE));
    removeShardsBut(names);
  }

  private List<String> freeNames(int count) {
    for (int saving = 1; ; saving++) {
      String prefix = saving == 1 ? "model" : "model-" + saving;
      List<String> names = new ArrayList<>();
      for (int i = 1; i <= count; i++) {
        names.add("%s-%05d-of-%05d.safetensors".formatted(prefix, i, count));
      }
      if (names.stream().noneMatch(name -> Files.exists(directory.resolve(name)))) {
        return names;
      }
    }
  }

  private String index(List<List<String>> shards, List<String> names) {
    SequencedMap<String, String> files = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      for (String tensor : shards.get(i)) {
        files.put(tensor, names.get(i));
      }
    }
    long parameters = tensors.values().stream().mapToLong(Tensor::size).sum();
    return new ShardIndex(files).toJson(parameters, parameters * dtype.bytes());
  }

  /// Nothing names them any more; one that cannot be removed does no harm.
  private void removeShardsBut(List<String> kept) throws IOException {
    List<Path> stale;
    try (Stream<Path> files = Files.list(directory)) {
      stale = files.filter(file -> isShard(file) && !kept.contains(name(file))).toList();
    }
    stale.forEach(TemporaryFiles::delete);
  }

  private static boolean isShard(Path file) {
    return SHARD.matcher(name(file)).matches();
  }

  private static String name(Path file) {
    return Objects.toString(file.getFileName());
  }
}
