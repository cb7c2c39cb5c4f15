package dev.reformer4j.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/// A mapped file that must stay as it is: somebody may write to it while a training reads it, and
/// beyond the end of one that has become shorter there is no memory.
///
/// @param path where it lies
/// @param size in bytes when it was mapped
/// @param time when it had last been written to then
record UnchangedFile(Path path, long size, FileTime time) {
  static UnchangedFile of(Path path) throws IOException {
    BasicFileAttributes facts = Files.readAttributes(path, BasicFileAttributes.class);
    return new UnchangedFile(path, facts.size(), facts.lastModifiedTime());
  }

  /// Reads, if the file is still the same.
  ///
  /// @throws TrainingStopped if it is not
  void guard(Runnable reading) {
    try {
      if (!of(path).equals(this)) {
        throw changed();
      }
      reading.run();
    } catch (IOException | InternalError e) {
      // The JVM tells of memory that has gone by an InternalError.
      TrainingStopped stopped = changed();
      stopped.initCause(e);
      throw stopped;
    }
  }

  private TrainingStopped changed() {
    return new TrainingStopped(
        path
            + " has changed while it was read; give data that nobody writes to, such as a copy, and"
            + " begin anew");
  }
}
