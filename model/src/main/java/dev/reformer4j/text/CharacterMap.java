package dev.reformer4j.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The rules by which a SentencePiece model replaces characters before it looks at them, such as
/// those of Unicode's NFKC: a trie over UTF-8 (a double array, as darts-clone writes it) whose
/// values are places in a pool of strings that end in 0.
///
/// A model names places outside the trie or the pool only to do harm: the native library would
/// follow them. So all of them are checked when the rules are read.
final class CharacterMap {
  private static final int BLOCK = 256;

  private final int[] units;
  private final byte[] pool;

  private CharacterMap(int[] units, byte[] pool) {
    this.units = units;
    this.pool = pool;
  }

  /// Reads the rules.
  ///
  /// @param map `precompiled_charsmap`; empty for no rules
  /// @throws ProtobufReader.DamagedException if they would lead astray
  static CharacterMap read(ByteBuffer map) throws ProtobufReader.DamagedException {
    if (!map.hasRemaining()) {
      return new CharacterMap(new int[0], new byte[0]);
    }
    ByteBuffer bytes = map.slice().order(ByteOrder.LITTLE_ENDIAN);
    long size = bytes.remaining() < Integer.BYTES ? -1 : Integer.toUnsignedLong(bytes.getInt());
    if (size <= 0 || size >= bytes.remaining() || size % (BLOCK * Integer.BYTES) != 0) {
      throw new ProtobufReader.DamagedException("its normalisation rules are cut off");
    }
    int[] units = new int[(int) size / Integer.BYTES];
    bytes
        .slice(bytes.position(), (int) size)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer()
        .get(units);
    bytes.position(bytes.position() + (int) size);
    byte[] pool = new byte[bytes.remaining()];
    bytes.get(pool);
    CharacterMap read = new CharacterMap(units, pool);
    read.requireWithin();
    return read;
  }

  private void requireWithin() throws ProtobufReader.DamagedException {
    boolean within = pool[pool.length - 1] == 0;
    for (int i = 0; i < units.length; i++) {
      // A unit whose sign bit is set is a value, and is never stepped on.
      if (i == 0 || units[i] >= 0) {
        int next = i ^ offset(units[i]);
        within &= next >= 0 && next < units.length;
        within &= !within || !hasValue(units[i]) || value(units[next]) < pool.length;
      }
    }
    if (!within) {
      throw new ProtobufReader.DamagedException("its normalisation rules point outside themselves");
    }
  }

  /// @throws ProtobufReader.DamagedException if there are no rules, or their strings are no text
  void requireText() throws ProtobufReader.DamagedException {
    if (units.length == 0 || !Utf8.isValid(pool)) {
      throw new ProtobufReader.DamagedException("its normalisation rules are no text");
    }
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & 0x200) >>> 6);
  }

  private static boolean hasValue(int unit) {
    return (unit & 0x100) != 0;
  }

  private static int value(int unit) {
    return unit & Integer.MAX_VALUE;
  }

  /// The longest rule for what is at `from`: how many bytes it replaces in the high half, and where
  /// in the pool the replacement begins in the low half; 0 for none.
  long longest(byte[] text, int from) {
    if (units.length == 0) {
      return 0;
    }
    long found = 0;
    int node = offset(units[0]);
    for (int i = from; i < text.length; i++) {
      int letter = text[i] & 0xFF;
      node ^= letter;
      int unit = units[node];
      if ((unit & 0x800000FF) != letter) {
        return found;
      }
      node ^= offset(unit);
      if (hasValue(unit)) {
        found = (long) (i + 1 - from) << Integer.SIZE | value(units[node]);
      }
    }
    return found;
  }

  /// The replacement that begins at a place in the pool.
  byte[] replacement(int begin) {
    int end = begin;
    while (pool[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(pool, begin, end);
  }
}
