package dev.reformer4j.train;

import dev.reformer4j.checkpoint.TensorFileException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// The directory of a training, which is that of its model too. While it is open no other process
/// trains there.
public final class RunDirectory implements AutoCloseable {
  private static final String CHECKPOINTS = "checkpoints";
  private static final String LOCK = ".lock";

  /// What [dev.reformer4j.checkpoint.AtomicFile] leaves when it is killed.
  private static final String LEFTOVERS = ".reformer4j-*.tmp";

  private final Path path;
  private final FileChannel lock;

  private RunDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /// Opens a directory, makes it if need be, and removes what a killed process left half-written.
  ///
  /// @throws TensorFileException if it cannot be made or written to, or another process trains
  ///   there
  public static RunDirectory open(Path path) throws TensorFileException {
    try {
      Files.createDirectories(path.resolve(CHECKPOINTS));
      RunDirectory directory = new RunDirectory(path, locked(path));
      removeLeftovers(path);
      removeLeftovers(path.resolve(CHECKPOINTS));
      return directory;
    } catch (IOException e) {
      throw TensorFileException.writing(path, e);
    }
  }

  private static FileChannel locked(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path.resolve(CHECKPOINTS).resolve(LOCK),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException _) {
      // Somebody in this process has it.
    } catch (IOException _) {
      return channel; // A file system without locks: then nobody looks out.
    }
    channel.close();
    throw new TensorFileException(
        path + " is where another process trains; wait for it, or choose another directory");
  }

  private static void removeLeftovers(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, LEFTOVERS)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  /// Where a directory would hold checkpoints: there only if it is that of a training.
  public static Path checkpointsIn(Path path) {
    return path.resolve(CHECKPOINTS);
  }

  /// Where it is.
  public Path path() {
    return path;
  }

  /// Its checkpoints, the newest first.
  ///
  /// @throws TensorFileException if they cannot be listed
  public List<Path> checkpoints() throws TensorFileException {
    return TrainingCheckpoint.list(checkpointsIn(path));
  }

  /// Lets others train there.
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
