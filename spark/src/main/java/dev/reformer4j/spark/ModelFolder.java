package dev.reformer4j.spark;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkFiles;

/// A model's directory, where the executors find it.
///
/// @param path of the directory, on every executor; or the name of an archive that Spark has
///   brought them
/// @param shipped whether it is such an archive
/// @param fingerprint of its files
record ModelFolder(String path, boolean shipped, String fingerprint) implements Serializable {
  /// Archives that were made, by what was in them.
  private static final Map<String, ModelFolder> MADE = new ConcurrentHashMap<>();

  /// Checks that a model can do a task, and brings it to the executors: Spark fetches an archive
  /// once for each.
  ///
  /// @param ship whether to bring it; else every executor must find the same files at the path
  /// @throws BadInputException if it cannot be read, or is not fit for the task
  static ModelFolder of(Path directory, Task task, boolean ship, SparkContext context) {
    try {
      Reformer model = Reformer.declare(directory);
      checkFit(directory, model, task);
      List<Path> files = files(directory);
      String state = state(directory, files);
      if (!ship) {
        return new ModelFolder(directory.toAbsolutePath().toString(), false, sizes(files));
      }
      return MADE.computeIfAbsent(
          context.applicationId() + state, _ -> archived(directory, files, context));
    } catch (TensorFileException e) {
      throw new BadInputException(e.getMessage());
    } catch (IOException e) {
      throw new BadInputException(directory + " cannot be read (" + e + ")");
    }
  }

  private static void checkFit(Path directory, Reformer model, Task task) throws IOException {
    HeadKind head = model.headKind();
    boolean fits =
        switch (task) {
          case EMBED -> true;
          case CLASSIFY -> head == HeadKind.CLASSIFICATION;
          case SCORE, GENERATE -> head == HeadKind.LANGUAGE_MODEL && model.config().causal();
        };
    if (!fits) {
      throw new BadInputException(
          directory
              + " is a "
              + head.architecture()
              + (model.config().causal() ? "" : " that is not causal")
              + ", which cannot "
              + task
              + "; give another model, or another task");
    }
    try (Vocabulary vocabulary = Vocabulary.load(directory, model.config().vocabularySize())) {
      vocabulary.kind();
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String state(Path directory, List<Path> files) throws IOException {
    StringBuilder state = new StringBuilder(directory.toAbsolutePath().toString());
    for (Path file : files) {
      state.append('\n').append(file.getFileName()).append(' ').append(Files.size(file));
      state.append(' ').append(Files.getLastModifiedTime(file));
    }
    return state.toString();
  }

  /// Names and sizes: enough to find out that an executor has another model at the same path.
  private static String sizes(List<Path> files) throws IOException {
    StringBuilder sizes = new StringBuilder();
    for (Path file : files) {
      sizes.append(file.getFileName()).append(' ').append(Files.size(file)).append('\n');
    }
    return sizes.toString();
  }

  private static ModelFolder archived(Path directory, List<Path> files, SparkContext context) {
    try {
      Path archive = Files.createTempFile("reformer4j-", ".zip");
      archive.toFile().deleteOnExit();
      CRC32C sum = new CRC32C();
      try (OutputStream out = new CheckedOutputStream(Files.newOutputStream(archive), sum);
          ZipOutputStream zip = new ZipOutputStream(out)) {
        zip.setLevel(Deflater.NO_COMPRESSION);
        for (Path file : files) {
          ZipEntry entry = new ZipEntry(file.getFileName().toString());
          entry.setTime(0);
          zip.putNextEntry(entry);
          Files.copy(file, zip);
        }
      }
      String fingerprint = Long.toHexString(sum.getValue());
      String name = "reformer4j-" + fingerprint;
      context.addArchive(archive.toUri() + "#" + name);
      return new ModelFolder(name, true, fingerprint);
    } catch (IOException e) {
      throw new BadInputException(
          directory
              + " cannot be packed for the executors ("
              + e
              + "); is there room in the"
              + " driver's folder for temporary files?");
    }
  }

  /// Asks the executors whether they have it too, in a short job; not what Spark brings them.
  ///
  /// @throws BadInputException if one has not
  void checkOnExecutors(SparkContext context) {
    if (shipped) {
      return;
    }
    List<String> problems = OnExecutors.ask(context, _ -> problem());
    if (!problems.isEmpty()) {
      throw new BadInputException(problems.getFirst());
    }
  }

  private String problem() {
    try {
      here();
      return "";
    } catch (BadInputException e) {
      return e.getMessage();
    }
  }

  /// Where it is on this executor.
  ///
  /// @throws BadInputException if it is not there, or not the same
  Path here() {
    if (shipped) {
      return Path.of(SparkFiles.get(path));
    }
    Path directory = Path.of(path);
    try {
      String sizes = sizes(files(directory));
      if (!sizes.equals(fingerprint)) {
        throw new BadInputException(
            directory
                + " on executor "
                + Vectors.here()
                + " holds other files than on the driver; copy the model there, or set ship");
      }
      return directory;
    } catch (IOException e) {
      throw new BadInputException(
          directory
              + " cannot be read on executor "
              + Vectors.here()
              + " ("
              + e
              + "); put the model where every executor finds it, or set ship");
    }
  }
}
