package dev.reformer4j.train;

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
  private final List<MemorySegment> files = new ArrayList<>();
  private final List<Long> starts = new ArrayList<>();
  private final long length;
  private final String fingerprint;

  private ByteCorpus(List<Path> paths) throws IOException {
    long total = 0;
    for (Path path : paths) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        files.add(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        starts.add(total);
        total += channel.size();
      }
    }
    this.length = total;
    this.fingerprint = total + " bytes, CRC-32C " + Long.toHexString(checksum());
  }

  /// Maps files.
  ///
  /// @throws IOException if one cannot be read
  public static ByteCorpus open(List<Path> files) throws IOException {
    return new ByteCorpus(files);
  }

  private long checksum() {
    CRC32C sum = new CRC32C();
    byte[] block = new byte[BLOCK];
    for (MemorySegment file : files) {
      for (long at = 0; at < file.byteSize(); at += BLOCK) {
        int count = (int) Math.min(BLOCK, file.byteSize() - at);
        MemorySegment.copy(file, ValueLayout.JAVA_BYTE, at, block, 0, count);
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
  public long bytes() {
    return length;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public void read(long from, int[] ids) {
    Objects.checkFromIndexSize(from, ids.length, length);
    int file = 0;
    while (file + 1 < files.size() && starts.get(file + 1) <= from) {
      file++;
    }
    long at = from - starts.get(file);
    for (int i = 0; i < ids.length; i++, at++) {
      while (at == files.get(file).byteSize()) {
        file++;
        at = 0;
      }
      ids[i] = FIRST_BYTE + (files.get(file).get(ValueLayout.JAVA_BYTE, at) & 0xFF);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
