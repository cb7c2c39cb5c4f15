package dev.reformer4j.train;

import dev.reformer4j.checkpoint.TensorFileException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/// Files as ids without any tokenising: byte + 2, as reformer-enwik8 reads them. Files are mapped,
/// not read, and follow each other without a mark.
public final class ByteCorpus implements Corpus {
  private static final int FIRST_BYTE = 2;
  private static final int BLOCK = 1 << 16;

  private final Arena arena = Arena.ofShared();
  private final List<Mapped> files = new ArrayList<>();
  private final long length;
  private final String fingerprint;

  /// A file in memory.
  ///
  /// @param start where it begins among the ids
  private record Mapped(UnchangedFile file, MemorySegment bytes, long start) {}

  private ByteCorpus(List<Path> paths) throws TensorFileException {
    boolean mapped = false;
    try {
      this.length = map(paths);
      this.fingerprint = length + " bytes, CRC-32C " + Long.toHexString(checksum());
      mapped = true;
    } finally {
      if (!mapped) {
        arena.close();
      }
    }
  }

  /// Maps files.
  ///
  /// @throws TensorFileException if one cannot be read
  public static ByteCorpus open(List<Path> files) throws TensorFileException {
    return new ByteCorpus(files);
  }

  private long map(List<Path> paths) throws TensorFileException {
    long total = 0;
    for (Path path : paths) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        UnchangedFile file = UnchangedFile.of(path);
        MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
        files.add(new Mapped(file, bytes, total));
        total += file.size();
      } catch (IOException e) {
        throw TensorFileException.reading(path, e);
      }
    }
    return total;
  }

  private long checksum() {
    CRC32C sum = new CRC32C();
    byte[] block = new byte[BLOCK];
    for (Mapped mapped : files) {
      long size = mapped.bytes.byteSize();
      for (long at = 0; at < size; at += BLOCK) {
        int count = (int) Math.min(BLOCK, size - at);
        long from = at;
        mapped.file.guard(
            () -> MemorySegment.copy(mapped.bytes, ValueLayout.JAVA_BYTE, from, block, 0, count));
        sum.update(block, 0, count);
      }
    }
    return sum.getValue();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public long cutBefore(long id) {
    return id;
  }

  @Override
  public long bytesBefore(long cut) {
    return cut;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public void read(long from, int[] ids) {
    Objects.checkFromIndexSize(from, ids.length, length);
    for (Mapped mapped : files) {
      long first = Math.max(from, mapped.start);
      long end = Math.min(from + ids.length, mapped.start + mapped.bytes.byteSize());
      if (first < end) {
        mapped.file.guard(() -> copy(mapped, first, end, ids, (int) (first - from)));
      }
    }
  }

  private static void copy(Mapped mapped, long from, long to, int[] ids, int at) {
    for (long i = from; i < to; i++) {
      byte value = mapped.bytes.get(ValueLayout.JAVA_BYTE, i - mapped.start);
      ids[at + (int) (i - from)] = FIRST_BYTE + (value & 0xFF);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
