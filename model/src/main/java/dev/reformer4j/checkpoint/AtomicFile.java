package dev.reformer4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;

/// Writes a file whole or not at all: into a temporary file beside it, to the disk, then renamed
/// over it in one step. Whatever stops the writing — an exception, a full disk, a kill, a power cut
/// — the file that was there before is either still there, unchanged, or wholly replaced.
///
/// The temporary file is named `.reformer4j-….tmp`. It is deleted when writing fails and when the
/// JVM is told to end; only a kill that leaves no time (SIGKILL, power) leaves it behind.
///
/// - A symbolic link stays one: what it points to is replaced, or created.
/// - A file that is replaced passes its permissions on; a read-only one is not replaced.
/// - A device or pipe, such as `/dev/stdout`, holds nothing to be kept and is written to directly.
public final class AtomicFile {
  private static final int MOST_LINKS = 40;

  private AtomicFile() {}

  /// Produces the bytes of the file, in order.
  @FunctionalInterface
  public interface Content {
    /// Writes all bytes to `out`, which it may close or not.
    void writeTo(WritableByteChannel out) throws IOException;
  }

  /// What the content writes to: closing it leaves the file open, which has yet to be forced to the
  /// disk.
  private record Unclosed(FileChannel file) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer bytes) throws IOException {
      return file.write(bytes);
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() {}
  }

  /// Writes the file.
  ///
  /// @throws TensorFileException if it cannot be written; a runtime exception of `content` passes
  ///   through unchanged
  public static void write(Path file, Content content) throws TensorFileException {
    try {
      Path target = followLinks(file);
      if (Files.isDirectory(target)) {
        throw new TensorFileException(
            "cannot write " + file + ": it is a directory; name a file in it");
      }
      if (!Files.exists(target)) {
        replace(target, content);
      } else if (!Files.isRegularFile(target)) {
        pour(target, content);
      } else if (!Files.isWritable(target)) {
        throw new TensorFileException(
            "cannot write " + file + ": it is read-only; make it writable, or choose another name");
      } else {
        replace(target, content);
      }
    } catch (IOException e) {
      throw TensorFileException.writing(file, e);
    }
  }

  /// Writes a text in UTF-8.
  ///
  /// @throws TensorFileException if it cannot be written
  public static void writeText(Path file, String text) throws TensorFileException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    write(file, out -> writeFully(out, bytes.duplicate()));
  }

  private static void writeFully(WritableByteChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /// The place a chain of links ends at, whether or not something is there. Paths are not
  /// normalised, because `..` after a linked directory means that directory's parent.
  private static Path followLinks(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(target); links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemLoopException(file.toString());
      }
      target = target.resolveSibling(Files.readSymbolicLink(target));
    }
    return target;
  }

  private static void pour(Path target, Content content) throws IOException {
    try (FileChannel out = FileChannel.open(target, StandardOpenOption.WRITE)) {
      content.writeTo(new Unclosed(out));
    }
  }

  private static void replace(Path target, Content content) throws IOException {
    Path directory = target.getParent();
    Path temporary = TemporaryFiles.nameIn(directory);
    try {
      try (FileChannel out =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        passPermissionsOn(target, temporary);
        content.writeTo(new Unclosed(out));
        out.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      flush(directory);
    } finally {
      // After the move there is nothing of that name any more.
      TemporaryFiles.delete(temporary);
    }
  }

  private static void passPermissionsOn(Path from, Path to) throws IOException {
    PosixFileAttributeView old = Files.getFileAttributeView(from, PosixFileAttributeView.class);
    if (old != null && Files.exists(from)) {
      Files.setPosixFilePermissions(to, old.readAttributes().permissions());
    }
  }

  /// Makes the rename itself survive a power cut.
  private static void flush(Path directory) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(directory, StandardOpenOption.READ);
    } catch (IOException e) {
      // Windows opens no directories, and a directory may be writable but not readable: then the
      // file system alone
      // decides when the rename reaches the disk, still in one piece.
      return;
    }
    try (channel) {
      channel.force(true);
    }
  }
}
