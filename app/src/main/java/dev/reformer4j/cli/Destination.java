package dev.reformer4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Where results are to go.
public final class Destination {
  private Destination() {}

  /// Checks that a file can be [written][#check(Path)] without taking the place of what is read.
  ///
  /// @throws UserError if it cannot, or is one of the inputs, by whatever name
  public static void check(Path path, List<Path> inputs) throws IOException {
    check(path);
    for (Path input : inputs) {
      if (Files.exists(path) && Files.exists(input) && Files.isSameFile(path, input)) {
        throw new UserError(
            "--out "
                + path
                + " is the input itself; choose another name, so that the input survives");
      }
    }
  }

  /// Checks that a file can be written, before an hour is spent on what should go into it. Whatever
  /// changes in that hour the writer will find.
  ///
  /// @throws UserError if it is a directory, has none, or permissions forbid it
  public static void check(Path path) {
    Path directory = path.toAbsolutePath().getParent();
    if (path.toString().isEmpty()) {
      throw new UserError("the name of the file to write is empty; give one");
    }
    if (Files.isDirectory(path)) {
      throw new UserError("cannot write " + path + ": it is a directory; name a file in it");
    }
    if (directory == null || !Files.exists(directory)) {
      throw new UserError(
          "cannot write " + path + ": its directory does not exist; create it, or choose another");
    }
    if (!Files.isDirectory(directory)) {
      throw new UserError(
          "cannot write " + path + ": " + directory + " is not a directory; choose another place");
    }
    if (Files.exists(path) ? !Files.isWritable(path) : !Files.isWritable(directory)) {
      throw new UserError(
          "cannot write "
              + path
              + ": permission denied; make it writable, or choose another place");
    }
  }
}
