package dev.reformer4j.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// The files that are of no use yet, so that Ctrl-C leaves none behind.
final class TemporaryFiles {
  private static final Set<Path> LIVE = ConcurrentHashMap.newKeySet();

  static {
    try {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(TemporaryFiles::deleteAll, "temporary-files"));
    } catch (IllegalStateException _) {
      // The JVM is ending already, and waits for somebody who writes a last file.
    }
  }

  private TemporaryFiles() {}

  /// A name that no other file has, of a length that every file system takes.
  static Path nameIn(Path directory) {
    Path name = directory.resolve(".reformer4j-" + UUID.randomUUID() + ".tmp");
    LIVE.add(name);
    return name;
  }

  /// From now on the file of that name is of no use unless it is [kept][#keep].
  static void add(Path name) {
    LIVE.add(name);
  }

  /// From now on the file of that name is of use.
  static void keep(Path name) {
    LIVE.remove(name);
  }

  /// Deletes one, if it is there.
  static void delete(Path name) {
    LIVE.remove(name);
    try {
      Files.deleteIfExists(name);
    } catch (IOException _) {
      // The exception that made the file useless is on its way and says more.
    }
  }

  private static void deleteAll() {
    LIVE.forEach(TemporaryFiles::delete);
  }
}
