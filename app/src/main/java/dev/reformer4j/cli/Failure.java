package dev.reformer4j.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/// What an exception means to a user.
///
/// @param exitCode [Cli#USER] if the user can put it right, else [Cli#DEFECT]
/// @param sentence without the program's name
record Failure(int exitCode, String sentence) {
  /// Libraries state bad arguments as `IllegalArgumentException` and bad files as `IOException`,
  /// each with a sentence; the file system's own exceptions carry little more than a path.
  /// Everything else is a defect of this program.
  static Failure of(Throwable e) {
    return switch (e) {
      case UserError user -> user(user.getMessage());
      case UncheckedIOException io -> of(io.getCause());
      case CancellationException _ -> user("interrupted; nothing was written");
      case ClosedByInterruptException _ -> user("interrupted; nothing was written");
      case IOException io when io.getCause() instanceof ClosedByInterruptException ->
          user("interrupted; nothing was written");
      case IllegalArgumentException bad when bad.getMessage() != null -> user(bad.getMessage());
      case FileSystemException fs -> user(file(fs));
      case FileNotFoundException missing -> user(missing.getMessage());
      case IOException io when io.getMessage() != null -> user(io.getMessage());
      case OutOfMemoryError _ -> user(Heap.exhausted());
      default -> new Failure(Cli.DEFECT, defect(e));
    };
  }

  private static Failure user(String sentence) {
    return new Failure(Cli.USER, sentence);
  }

  private static String file(FileSystemException e) {
    String path = Objects.requireNonNullElse(e.getFile(), "the file");
    return switch (e) {
      case NoSuchFileException _ -> path + " does not exist; check the path";
      case AccessDeniedException _ -> path + " may not be accessed; check its permissions";
      case NotDirectoryException _ -> path + " is not a directory; check the path";
      case FileAlreadyExistsException _ -> path + " exists already; choose another name";
      default ->
          path
              + ": "
              + Objects.requireNonNullElse(e.getReason(), "the file system refused")
              + "; check the path, its permissions and the space that is left";
    };
  }

  private static String defect(Throwable e) {
    String detail = e.getMessage() == null ? "" : ": " + e.getMessage();
    return "this is a defect of reformer4j, not of what you gave it ("
        + e.getClass().getSimpleName()
        + detail
        + "); run it again with "
        + Cli.DEBUG
        + " and report what that shows";
  }
}
