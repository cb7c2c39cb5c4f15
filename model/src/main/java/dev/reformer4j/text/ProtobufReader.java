package dev.reformer4j.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Walks over the fields of a protocol buffer message. Numbers and bytes are where the message
/// says, or it is damaged; see the encoding guide of Protocol Buffers.
///
/// ```java
/// while (reader.next()) {
///   switch (reader.field()) {
///     case 1 -> name = reader.bytes();
///     default -> {}
///   }
/// }
/// ```
final class ProtobufReader {
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int BYTES = 2;
  private static final int FOUR_BYTES = 5;

  private final ByteBuffer rest;
  private int field;
  private int type;
  private long number;
  private ByteBuffer bytes;

  /// Reads what remains in `message`.
  ProtobufReader(ByteBuffer message) {
    rest = message.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /// That the bytes are no message, with the reason.
  static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedException(String reason) {
      super(reason);
    }

    DamagedException(Exception cause) {
      super(cause.getMessage(), cause);
    }
  }

  /// Goes to the next field, if there is one.
  boolean next() throws DamagedException {
    if (!rest.hasRemaining()) {
      return false;
    }
    long key = varint();
    field = (int) (key >>> 3);
    type = (int) (key & 7);
    if (field <= 0 || key >>> 32 != 0) {
      throw new DamagedException("a field has the number " + (key >>> 3));
    }
    switch (type) {
      case VARINT -> number = varint();
      case EIGHT_BYTES -> number = take(Long.BYTES).getLong();
      case FOUR_BYTES -> number = take(Integer.BYTES).getInt();
      case BYTES -> bytes = take(varint());
      default -> throw new DamagedException("field " + field + " has the unknown type " + type);
    }
    return true;
  }

  /// The number of the field.
  int field() {
    return field;
  }

  /// A whole number, an enumeration or a truth value.
  long number() throws DamagedException {
    require(VARINT);
    return number;
  }

  /// A float32.
  float real() throws DamagedException {
    require(FOUR_BYTES);
    return Float.intBitsToFloat((int) number);
  }

  /// Bytes, a string or a message.
  ByteBuffer bytes() throws DamagedException {
    require(BYTES);
    return bytes;
  }

  private void require(int expected) throws DamagedException {
    if (type != expected) {
      throw new DamagedException("field " + field + " has the type " + type + ", not " + expected);
    }
  }

  private long varint() throws DamagedException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = take(1).get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new DamagedException("a number has more than 10 bytes");
  }

  private ByteBuffer take(long length) throws DamagedException {
    if (length < 0 || length > rest.remaining()) {
      throw new DamagedException("it ends within a field");
    }
    ByteBuffer piece = rest.slice(rest.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    rest.position(rest.position() + (int) length);
    return piece;
  }
}
