package dev.reformer4j.cli.train;

import dev.reformer4j.cli.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Which files are meant by a list of files and directories.
final class DataFiles {
  private DataFiles() {}

  /// The files, in the order given; those of a directory, and of the directories in it, in the
  /// order of their names. What begins with a dot in a directory is left out.
  ///
  /// @param option that gave them, for messages
  /// @throws UserError if one is missing or is no file, or all are empty
  static List<Path> of(String option, List<Path> paths) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        files.addAll(in(option, path));
      } else if (Files.isRegularFile(path)) {
        files.add(path);
      } else {
        throw new UserError(
            "%s %s %s; name files or a directory of files"
                .formatted(
                    option, path, Files.exists(path) ? "is no regular file" : "does not exist"));
      }
    }
    requireContent(option, files);
    return files;
  }

  private static List<Path> in(String option, Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      List<Path> files =
          all.filter(Files::isRegularFile)
              .filter(file -> !isHidden(directory.relativize(file)))
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new UserError(option + " " + directory + " holds no files; name another directory");
      }
      return files;
    }
  }

  private static boolean isHidden(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static void requireContent(String option, List<Path> files) throws IOException {
    for (Path file : files) {
      if (Files.size(file) > 0) {
        return;
      }
    }
    throw new UserError(
        option
            + " names nothing but empty files, such as "
            + files.getFirst()
            + "; give some text");
  }
}
