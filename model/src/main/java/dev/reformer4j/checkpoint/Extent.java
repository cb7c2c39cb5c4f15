package dev.reformer4j.checkpoint;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Bytes in a file: a run of them as they are, or what a run of deflated ones inflates to.
final class Extent {
  private static final int BLOCK = 1 << 13;

  private final MappedFile file;
  private final String name;
  private final long begin;
  private final long packed;
  private final long size;
  private final boolean deflated;
  private Extent inflated;

  private Extent(
      MappedFile file, String name, long begin, long packed, long size, boolean deflated) {
    this.file = file;
    this.name = name;
    this.begin = begin;
    this.packed = packed;
    this.size = size;
    this.deflated = deflated;
  }

  /// Bytes as they are; that they lie in the file is the caller's duty.
  static Extent stored(MappedFile file, String name, long begin, long size) {
    return new Extent(file, name, begin, size, size, false);
  }

  /// Deflated bytes; that they lie in the file, and that `size` is sensible, is the caller's duty.
  static Extent deflated(MappedFile file, String name, long begin, long packed, long size) {
    return new Extent(file, name, begin, packed, size, true);
  }

  MappedFile file() {
    return file;
  }

  /// What it is called in the archive, for sentences.
  String name() {
    return name;
  }

  /// The first byte in the file.
  long begin() {
    return begin;
  }

  /// The byte after the last in the file.
  long end() {
    return begin + packed;
  }

  /// How many bytes there are, inflated.
  long size() {
    return size;
  }

  boolean isDeflated() {
    return deflated;
  }

  /// The bytes as they are, inflated in the heap the first time if they have to be.
  synchronized Extent plain() throws TensorFileException {
    if (!deflated) {
      return this;
    }
    if (inflated == null) {
      inflated = stored(MappedFile.over(inflate(), file.name()), name, 0, size);
    }
    return inflated;
  }

  private byte[] inflate() throws TensorFileException {
    byte[] bytes = ElementReader.allocate(file, "entry " + name, byte[]::new, (int) size, 1);
    byte[] block = new byte[(int) Math.min(BLOCK, packed)];
    byte[] tooMuch = new byte[1];
    long read = 0;
    int done = 0;
    try (Inflater inflater = new Inflater(true)) {
      while (!inflater.finished()) {
        if (inflater.needsInput()) {
          int some = (int) Math.min(block.length, packed - read);
          file.copy(begin + read, block, 0, some);
          inflater.setInput(block, 0, some);
          read += some;
          require(some > 0);
        }
        int room = (int) size - done;
        done += room > 0 ? inflater.inflate(bytes, done, room) : inflater.inflate(tooMuch);
        require(done <= size && !inflater.needsDictionary());
      }
      require(done == size && inflater.getBytesRead() == packed);
      return bytes;
    } catch (DataFormatException e) {
      throw damaged(e);
    }
  }

  private void require(boolean truth) throws TensorFileException {
    if (!truth) {
      throw damaged(null);
    }
  }

  private TensorFileException damaged(Throwable cause) {
    return new TensorFileException(
        file.name()
            + ": entry "
            + TensorFileException.quote(name)
            + " does not inflate to the "
            + size
            + " bytes it says; the file is damaged",
        cause);
  }
}
