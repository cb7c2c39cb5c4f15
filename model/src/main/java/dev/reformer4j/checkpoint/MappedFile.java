package dev.reformer4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/// The bytes of a file, mapped into memory and never copied as a whole. Several threads may read at
/// once.
///
/// When someone truncates the file under the map, its missing pages fault, and the JVM reports that
/// as an `InternalError`, perhaps only at the next return from native code. So the length is asked
/// for before every copy, which makes the fault rare, and after it, which makes a fault that
/// happened come out here and not elsewhere.
final class MappedFile implements AutoCloseable {
  /// What the file system says of the file now.
  private interface Length {
    long now() throws IOException;
  }

  /// What ends the use of the file.
  private interface Release {
    void run() throws IOException;
  }

  private final String name;
  private final MemorySegment bytes;
  private final Length length;
  private final Release release;

  private MappedFile(String name, MemorySegment bytes, Length length, Release release) {
    this.name = name;
    this.bytes = bytes;
    this.length = length;
    this.release = release;
  }

  /// Maps a regular file; directories, devices and pipes have no length to check a header against.
  @SuppressWarnings("MustBeClosedChecker") // The arena lives as long as what is returned.
  static MappedFile open(Path file) throws TensorFileException {
    if (Files.isDirectory(file)) {
      throw new TensorFileException(
          "cannot read " + file + ": it is a directory; name a file in it");
    }
    if (!Files.exists(file)) {
      throw TensorFileException.reading(file, new NoSuchFileException(file.toString()));
    }
    if (!Files.isRegularFile(file)) {
      throw new TensorFileException(
          "cannot read " + file + ": it is not a regular file; save the tensors to a file first");
    }
    if (!Files.isReadable(file)) {
      throw TensorFileException.reading(file, new AccessDeniedException(file.toString()));
    }
    Arena arena = Arena.ofShared();
    try {
      // Not a FileChannel alone: one thread's interrupt would close it for all.
      RandomAccessFile open = new RandomAccessFile(file.toFile(), "r");
      try {
        MemorySegment bytes =
            open.getChannel().map(FileChannel.MapMode.READ_ONLY, 0, open.length(), arena);
        return new MappedFile(file.toString(), bytes, open::length, () -> close(open, arena));
      } catch (IOException | RuntimeException | Error e) {
        open.close();
        throw e;
      }
    } catch (IOException e) {
      arena.close();
      throw TensorFileException.reading(file, e);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private static void close(RandomAccessFile open, Arena arena) throws IOException {
    if (arena.scope().isAlive()) {
      arena.close();
    }
    open.close();
  }

  /// The same over bytes in memory.
  static MappedFile over(byte[] image, String name) {
    return new MappedFile(
        name, MemorySegment.ofArray(image).asReadOnly(), () -> image.length, () -> {});
  }

  /// The path, for sentences.
  String name() {
    return name;
  }

  /// How many bytes there are.
  long size() {
    return bytes.byteSize();
  }

  /// A sentence about this file.
  TensorFileException wrong(String sentence) {
    return new TensorFileException(name + ": " + sentence);
  }

  /// Copies `count` bytes from `offset` on into `into` from `start` on; the range is the caller's
  /// duty.
  void copy(long offset, byte[] into, int start, int count) throws TensorFileException {
    guarded(() -> MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset, into, start, count));
  }

  /// Copies float32 numbers bit by bit; the range is the caller's duty.
  void copy(long offset, float[] into, ByteOrder order) throws TensorFileException {
    ValueLayout.OfFloat layout = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order);
    guarded(() -> MemorySegment.copy(bytes, layout, offset, into, 0, into.length));
  }

  /// An unsigned number of `width` ≤ 8 bytes, little-endian; one of 8 bytes may come out negative.
  long unsigned(long offset, int width) throws TensorFileException {
    byte[] digits = new byte[width];
    copy(offset, digits, 0, width);
    long number = 0;
    for (int i = width - 1; i >= 0; i--) {
      number = (number << 8) | (digits[i] & 0xFF);
    }
    return number;
  }

  private void guarded(Runnable copy) throws TensorFileException {
    try {
      requireLength();
      copy.run();
      requireLength();
    } catch (InternalError e) {
      throw shorter(e);
    } catch (TensorFileException e) {
      throw e;
    } catch (IOException e) {
      throw new TensorFileException(
          name + ": the file cannot be read any more: " + e.getMessage(), e);
    }
  }

  private void requireLength() throws IOException {
    if (length.now() < bytes.byteSize()) {
      throw shorter(null);
    }
  }

  private TensorFileException shorter(Throwable cause) {
    return new TensorFileException(
        name + ": the file became shorter while it was read; let it be written first", cause);
  }

  /// The bytes from `begin` until `end`, as a stream that holds none of them itself.
  InputStream stream(long begin, long end) {
    return new InputStream() {
      private long at = begin;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] into, int start, int length) throws IOException {
        Objects.checkFromIndexSize(start, length, into.length);
        if (at >= end && length > 0) {
          return -1;
        }
        int count = (int) Math.min(length, end - at);
        copy(at, into, start, count);
        at += count;
        return count;
      }
    };
  }

  /// Unmaps; a second time it does nothing.
  @Override
  public void close() {
    try {
      release.run();
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": the file cannot be closed", e);
    }
  }
}
