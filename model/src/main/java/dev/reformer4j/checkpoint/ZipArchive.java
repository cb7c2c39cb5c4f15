package dev.reformer4j.checkpoint;

import static dev.reformer4j.checkpoint.TensorFileException.quote;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The entries of a zip file, read from its directory over the map, so that what is stored in it is
/// never copied. (`java.util.zip` gives streams only, and believes more than is checked here.)
///
/// Held of the format (PKWARE's APPNOTE 6.3): the end record closes the file; the directory lies
/// before it and holds exactly the entries it says; every entry repeats its name in front of its
/// data; names are unique; entries overlap neither each other nor the directory; zip64 for all
/// sizes. Stored entries and deflated ones are read. What all the deflated ones would inflate to is
/// bounded by the file's size, which stops zip bombs before they are unpacked.
final class ZipArchive {
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int LOCATOR = 0x07064b50;
  private static final int LOCATOR_BYTES = 20;
  private static final int END64 = 0x06064b50;
  private static final int END64_BYTES = 56;
  private static final int CENTRAL = 0x02014b50;
  private static final int CENTRAL_BYTES = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final int ZIP64_FIELD = 1;
  private static final int ENCRYPTED = 0x2041;
  private static final long SEE_ZIP64 = 0xFFFF_FFFFL;

  /// How many times the file its deflated entries may inflate to, and what small files may in any
  /// case.
  private static final long MOST_TIMES = 8;

  private static final long MOST_ANYWAY = 1 << 16;

  /// An entry between the first byte of its header and the last of its data.
  private record Placed(long header, Extent data) {}

  private final MappedFile file;
  private long directory;
  private long directoryEnd;
  private long count;

  private ZipArchive(MappedFile file) {
    this.file = file;
  }

  /// Reads the directory and checks it; an entry is called by its name.
  ///
  /// @throws TensorFileException if a rule is broken
  static SequencedMap<String, Extent> read(MappedFile file) throws TensorFileException {
    ZipArchive archive = new ZipArchive(file);
    archive.readEnd();
    return archive.readEntries();
  }

  private void readEnd() throws TensorFileException {
    int tail = (int) Math.min(file.size(), END_BYTES + LONGEST_COMMENT);
    ByteBuffer bytes = bytes(file.size() - tail, tail);
    int at = tail - END_BYTES;
    while (at >= 0 && !isEnd(bytes, at)) {
      at--;
    }
    if (at < 0) {
      throw file.wrong("has no zip directory at its end; the file is truncated or damaged");
    }
    long end = file.size() - tail + at;
    count = bytes.getShort(at + 10) & 0xFFFF;
    long size = bytes.getInt(at + 12) & SEE_ZIP64;
    directory = bytes.getInt(at + 16) & SEE_ZIP64;
    int disks = bytes.getInt(at + 4);
    if (end >= LOCATOR_BYTES && number(end - LOCATOR_BYTES) == LOCATOR) {
      end = bytes(end - LOCATOR_BYTES, LOCATOR_BYTES).getLong(8);
      if (end < 0 || end > file.size() - END64_BYTES || number(end) != END64) {
        throw damaged();
      }
      ByteBuffer wide = bytes(end, END64_BYTES);
      count = wide.getLong(32);
      size = wide.getLong(40);
      directory = wide.getLong(48);
      disks = wide.getInt(16) | wide.getInt(20);
    }
    if (disks != 0 || size < 0 || directory < 0 || directory > end || size > end - directory) {
      throw damaged();
    }
    directoryEnd = directory + size;
  }

  private static boolean isEnd(ByteBuffer bytes, int at) {
    return bytes.getInt(at) == END
        && (bytes.getShort(at + 20) & 0xFFFF) == bytes.capacity() - at - END_BYTES;
  }

  private SequencedMap<String, Extent> readEntries() throws TensorFileException {
    SequencedMap<String, Extent> entries = new LinkedHashMap<>();
    List<Placed> placed = new ArrayList<>();
    long inflated = 0;
    long at = directory;
    while (at < directoryEnd) {
      require(directoryEnd - at >= CENTRAL_BYTES && number(at) == CENTRAL);
      ByteBuffer header = bytes(at, CENTRAL_BYTES);
      int name = header.getShort(28) & 0xFFFF;
      int extra = header.getShort(30) & 0xFFFF;
      int comment = header.getShort(32) & 0xFFFF;
      long next = at + CENTRAL_BYTES + name + extra + comment;
      require(next <= directoryEnd);
      Placed entry =
          entry(header, bytes(at + CENTRAL_BYTES, name), bytes(at + CENTRAL_BYTES + name, extra));
      placed.add(entry);
      Extent data = entry.data();
      if (data.isDeflated()) {
        inflated = requireNoBomb(inflated, data.size());
      }
      if (entries.put(data.name(), data) != null) {
        throw file.wrong("holds the entry " + quote(data.name()) + " twice; it is damaged");
      }
      at = next;
    }
    require(entries.size() == count);
    requireNoOverlap(placed);
    return Collections.unmodifiableSequencedMap(entries);
  }

  private Placed entry(ByteBuffer header, ByteBuffer nameBytes, ByteBuffer extra)
      throws TensorFileException {
    String name = text(nameBytes);
    int method = header.getShort(10);
    if ((header.getShort(8) & ENCRYPTED) != 0 || (method != 0 && method != 8)) {
      throw file.wrong(
          "the entry "
              + quote(name)
              + " is encrypted or packed by method "
              + (method & 0xFFFF)
              + ", but only stored and deflated ones can be read; save it with torch.save");
    }
    long size = header.getInt(24) & SEE_ZIP64;
    long packed = header.getInt(20) & SEE_ZIP64;
    long local = header.getInt(42) & SEE_ZIP64;
    ByteBuffer wide = zip64(extra);
    size = size == SEE_ZIP64 ? next(wide) : size;
    packed = packed == SEE_ZIP64 ? next(wide) : packed;
    local = local == SEE_ZIP64 ? next(wide) : local;
    require(local >= 0 && local <= directory - LOCAL_BYTES && number(local) == LOCAL);
    ByteBuffer start = bytes(local, LOCAL_BYTES);
    int length = start.getShort(26) & 0xFFFF;
    long data = local + LOCAL_BYTES + length + (start.getShort(28) & 0xFFFF);
    require(length == nameBytes.capacity() && data <= directory);
    require(bytes(local + LOCAL_BYTES, length).equals(nameBytes.rewind()));
    if (size < 0 || packed < 0 || packed > directory - data || (method == 0 && size != packed)) {
      throw file.wrong(
          "the entry "
              + quote(name)
              + " says it has "
              + Long.toUnsignedString(size)
              + " bytes in "
              + Long.toUnsignedString(packed)
              + ", which do not lie in the file; it is truncated or damaged");
    }
    return new Placed(
        local,
        method == 0
            ? Extent.stored(file, name, data, size)
            : Extent.deflated(file, name, data, packed, size));
  }

  /// The wide numbers of an entry, those of them that it has; none if it has none.
  private static ByteBuffer zip64(ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = extra.getShort();
      int length = Math.min(extra.getShort() & 0xFFFF, extra.remaining());
      if (id == ZIP64_FIELD) {
        return extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      }
      extra.position(extra.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  private long next(ByteBuffer wide) throws TensorFileException {
    require(wide.remaining() >= Long.BYTES);
    return wide.getLong();
  }

  private String text(ByteBuffer bytes) throws TensorFileException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new TensorFileException(
          file.name() + ": the name of an entry is not valid UTF-8; the file is damaged", e);
    }
  }

  private long requireNoBomb(long inflated, long more) throws TensorFileException {
    long most = MOST_ANYWAY + MOST_TIMES * file.size();
    if (more > most - inflated || more > ElementReader.MOST) {
      throw file.wrong(
          "its compressed entries would inflate to more than "
              + MOST_TIMES
              + " times its "
              + file.size()
              + " bytes, as a zip bomb does; save it with torch.save, which does not compress");
    }
    return inflated + more;
  }

  private void requireNoOverlap(List<Placed> entries) throws TensorFileException {
    entries.sort(Comparator.comparingLong(Placed::header));
    for (int i = 1; i < entries.size(); i++) {
      Extent before = entries.get(i - 1).data();
      if (entries.get(i).header() < before.end()) {
        throw file.wrong(
            "the entries "
                + quote(before.name())
                + " and "
                + quote(entries.get(i).data().name())
                + " overlap; the file is damaged or a zip bomb");
      }
    }
  }

  private int number(long offset) throws TensorFileException {
    return (int) file.unsigned(offset, Integer.BYTES);
  }

  private ByteBuffer bytes(long offset, int length) throws TensorFileException {
    byte[] bytes = new byte[length];
    file.copy(offset, bytes, 0, length);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void require(boolean truth) throws TensorFileException {
    if (!truth) {
      throw damaged();
    }
  }

  private TensorFileException damaged() {
    return file.wrong("its zip directory contradicts the file; it is truncated or damaged");
  }
}
