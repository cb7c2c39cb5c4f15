package dev.reformer4j.cli.convert;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.cli.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// The directory that a model is converted into. It appears whole or not at all: a new one is
/// filled under another name and renamed in one step.
///
/// @param path `--to`
/// @param exists whether it is there already, and what it holds is to be replaced file by file
record ModelFolder(Path path, boolean exists) {
  /// What makes a directory that of a model.
  private static final List<String> SIGNS =
      List.of(
          "config.json",
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json");

  /// Fills a directory with the files of a model.
  interface Content {
    void writeTo(Path directory) throws IOException;
  }

  /// Checks that a model can go there.
  ///
  /// @param from where the model comes from
  /// @param force whether another model there may be replaced
  /// @throws UserError if it cannot
  static ModelFolder checked(Path path, Path from, boolean force) throws IOException {
    if (path.toString().isEmpty()) {
      throw new UserError("--to is empty; name a directory");
    }
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new UserError("cannot write to " + path + ": it is a file; name a directory");
    }
    if (Files.exists(path)) {
      requireOther(path, from);
      requireForce(path, force);
      requireWritable(path, path);
      return new ModelFolder(path, true);
    }
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new UserError(
          "cannot create "
              + path
              + ": the directory it would be in does not exist; create that, or choose another");
    }
    requireWritable(path, parent);
    return new ModelFolder(path, false);
  }

  private static void requireOther(Path path, Path from) throws IOException {
    Path source = Files.isDirectory(from) ? from : from.toAbsolutePath().getParent();
    if (Files.exists(source) && Files.isSameFile(path, source)) {
      throw new UserError(
          "--to " + path + " is where the model comes from; choose another directory");
    }
  }

  private static void requireForce(Path path, boolean force) {
    for (String sign : SIGNS) {
      if (!force && Files.exists(path.resolve(sign))) {
        throw new UserError(
            "%s holds a model already (%s); give --force to replace it, or choose another directory"
                .formatted(path, sign));
      }
    }
  }

  private static void requireWritable(Path path, Path directory) {
    if (!Files.isWritable(directory)) {
      throw new UserError(
          "cannot write to "
              + path
              + ": permission denied; make it writable, or choose another place");
    }
  }

  /// Fills the directory.
  ///
  /// @throws TensorFileException if that fails; a directory that was not there is not there then
  void write(Content content) throws IOException {
    if (exists) {
      content.writeTo(path);
      return;
    }
    Path target = path.toAbsolutePath();
    Path temporary = target.resolveSibling(".reformer4j-" + UUID.randomUUID() + ".tmp");
    try {
      Files.createDirectory(temporary);
      content.writeTo(temporary);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw TensorFileException.writing(path, e);
    } finally {
      delete(temporary);
    }
  }

  /// Deletes what is left after a failure; after success there is nothing of that name.
  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      List<Path> files = new ArrayList<>();
      try (Stream<Path> all = Files.walk(directory)) {
        all.sorted(Comparator.reverseOrder()).forEach(files::add);
      }
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }
}
