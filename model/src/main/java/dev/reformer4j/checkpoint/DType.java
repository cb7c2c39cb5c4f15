package dev.reformer4j.checkpoint;

import java.util.Optional;

/// How one number is stored in a file: the dtypes of safetensors, by their names there. The order
/// is the official one, by rising alignment, and decides the order in which [SafetensorsWriter]
/// lays tensors out.
///
/// Every one of them is known, so that one exotic tensor does not make the rest of its file
/// unreadable; which of them can be turned into Java's numbers is said at [Safetensors].
public enum DType {
  BOOL(8),
  F4(4),
  F6_E2M3(6),
  F6_E3M2(6),
  U8(8),
  I8(8),
  F8_E5M2(8),
  F8_E4M3(8),
  F8_E8M0(8),
  F8_E4M3FNUZ(8),
  F8_E5M2FNUZ(8),
  I16(16),
  U16(16),
  F16(16),
  BF16(16),
  I32(32),
  U32(32),
  F32(32),
  C64(64),
  F64(64),
  I64(64),
  U64(64);

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /// Bits of one number; only the dtypes below a byte are not a multiple of 8.
  public int bits() {
    return bits;
  }

  /// Bytes of one number, of the dtypes that have whole bytes.
  int bytes() {
    assert bits % 8 == 0 : this;
    return bits / 8;
  }

  /// Whether it holds real numbers that [Safetensors#floats] reads.
  public boolean isFloat() {
    return this == F16 || this == BF16 || this == F32 || this == F64;
  }

  /// Whether it holds integers or truth values that [Safetensors#ints] and [Safetensors#longs]
  /// read.
  public boolean isInteger() {
    return switch (this) {
      case BOOL, U8, I8, I16, U16, I32, U32, I64, U64 -> true;
      default -> false;
    };
  }

  /// The dtype of that name, exactly as safetensors spells it.
  static Optional<DType> named(String name) {
    for (DType dtype : values()) {
      if (dtype.name().equals(name)) {
        return Optional.of(dtype);
      }
    }
    return Optional.empty();
  }
}
