package dev.reformer4j.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;

/// Builds zip files in memory, and lies in them where it is told to.
final class ZipImage {
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
  private final List<byte[]> directory = new ArrayList<>();

  /// An entry as it is.
  ZipImage stored(String name, byte[] data) {
    int at = local(name);
    bytes.put(data);
    return central(name, 0, data.length, data.length, at);
  }

  /// A compressed entry that says it has `size` bytes.
  ZipImage deflated(String name, byte[] data, long size) {
    int at = local(name);
    byte[] packed = new byte[data.length + 64];
    int count;
    try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true)) {
      deflater.setInput(data);
      deflater.finish();
      count = deflater.deflate(packed);
    }
    bytes.put(packed, 0, count);
    return central(name, 8, count, size, at);
  }

  /// A header in front of data; gives its place.
  int local(String name) {
    int at = bytes.position();
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    bytes.putInt(0x04034b50).put(new byte[22]).putShort((short) text.length).putShort((short) 0);
    bytes.put(text);
    return at;
  }

  /// Bytes that belong to no entry.
  ZipImage raw(byte[] data) {
    bytes.put(data);
    return this;
  }

  /// An entry of the directory.
  ZipImage central(String name, int method, long packed, long size, long at) {
    return central(name, method, packed, size, at, new byte[0]);
  }

  ZipImage central(String name, int method, long packed, long size, long at, byte[] extra) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer entry =
        ByteBuffer.allocate(46 + text.length + extra.length).order(ByteOrder.LITTLE_ENDIAN);
    entry.putInt(0x02014b50).putInt(0).putShort((short) 0).putShort((short) method);
    entry.putLong(0).putInt((int) packed).putInt((int) size);
    entry.putShort((short) text.length).putShort((short) extra.length);
    entry.putShort((short) 0).putLong(0).putInt((int) at).put(text).put(extra);
    directory.add(entry.array());
    return this;
  }

  /// The extra field of wide numbers.
  static byte[] wide(long... numbers) {
    ByteBuffer extra = ByteBuffer.allocate(4 + 8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    extra.putShort((short) 1).putShort((short) (8 * numbers.length));
    Arrays.stream(numbers).forEach(extra::putLong);
    return extra.array();
  }

  /// The file, its directory told by 32 bits.
  byte[] end() {
    int at = bytes.position();
    directory.forEach(bytes::put);
    return end(directory.size(), bytes.position() - at, at);
  }

  /// The same, its directory told by 64 bits.
  byte[] end64() {
    int at = bytes.position();
    directory.forEach(bytes::put);
    int end = bytes.position();
    bytes.putInt(0x06064b50).putLong(44).putInt(0).putLong(0);
    bytes.putLong(directory.size()).putLong(directory.size()).putLong(end - at).putLong(at);
    bytes.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
    return end(0xFFFF, -1, -1);
  }

  private byte[] end(int count, int size, int at) {
    bytes.putInt(0x06054b50).putInt(0).putShort((short) count).putShort((short) count);
    bytes.putInt(size).putInt(at).putShort((short) 0);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /// The entries of a file that is whole, by name.
  static Map<String, byte[]> entries(byte[] image) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try {
      for (Extent entry : ZipArchive.read(MappedFile.over(image, "whole")).values()) {
        byte[] bytes = new byte[(int) entry.size()];
        Extent plain = entry.plain();
        plain.file().copy(plain.begin(), bytes, 0, bytes.length);
        entries.put(entry.name(), bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries;
  }
}
