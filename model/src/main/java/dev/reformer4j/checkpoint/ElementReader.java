package dev.reformer4j.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntFunction;

/// Turns the stored numbers of one tensor into Java's. The only array of the tensor's size is the
/// result; what needs converting passes through a block of at most 64 KiB.
final class ElementReader {
  /// HotSpot's longest array is a few elements short of 2³¹ − 1.
  static final int MOST = Integer.MAX_VALUE - 8;

  private static final int BLOCK = 1 << 16;

  private final MappedFile file;
  private final String what;
  private final DType dtype;
  private final ByteOrder order;
  private final long offset;
  private final int count;

  /// @param what the tensor, for sentences
  /// @param offset its first byte in the file; that all its bytes lie in the file is the caller's
  ///   duty
  ElementReader(
      MappedFile file, String what, DType dtype, ByteOrder order, long offset, long elements)
      throws TensorFileException {
    if (elements > MOST) {
      throw file.wrong(
          what
              + " holds "
              + elements
              + " numbers, more than the "
              + MOST
              + " one array can; split it into several tensors");
    }
    this.file = file;
    this.what = what;
    this.dtype = dtype;
    this.order = order;
    this.offset = offset;
    this.count = (int) elements;
  }

  /// F32 bit by bit; F16 and BF16 exactly (a NaN stays a NaN); F64 rounded to the nearest.
  ///
  /// @throws TensorFileException if the dtype is another, or a finite F64 exceeds float32
  float[] floats() throws TensorFileException {
    if (!dtype.isFloat()) {
      throw file.wrong(
          what
              + " has dtype "
              + dtype
              + ", but F32, F16, BF16 or F64 is needed; save it as one of them");
    }
    float[] numbers = allocate(float[]::new, Float.BYTES);
    switch (dtype) {
      case F32 -> file.copy(offset, numbers, order);
      case F16 -> blocks((at, bytes) -> numbers[at] = Float.float16ToFloat(bytes.getShort()));
      case BF16 -> blocks((at, bytes) -> numbers[at] = Bfloat16.toFloat(bytes.getShort()));
      default -> blocks((at, bytes) -> numbers[at] = narrow(bytes.getDouble(), at));
    }
    return numbers;
  }

  private float narrow(double wide, int at) throws TensorFileException {
    float number = (float) wide;
    if (Float.isInfinite(number) && !Double.isInfinite(wide)) {
      throw file.wrong(
          what
              + " holds "
              + wide
              + " at index "
              + at
              + ", beyond float32's largest "
              + Float.MAX_VALUE
              + "; scale it down");
    }
    return number;
  }

  /// Integers, and truth values as 0 and 1.
  ///
  /// @throws TensorFileException if the dtype holds none, or a number does not fit
  int[] ints() throws TensorFileException {
    requireInteger();
    int[] numbers = allocate(int[]::new, Integer.BYTES);
    blocks((at, bytes) -> {
      long number = next(bytes, at);
      if (number != (int) number) {
        throw tooLarge(Long.toString(number), at, "an int (at most 2147483647)");
      }
      numbers[at] = (int) number;
    });
    return numbers;
  }

  /// Integers, and truth values as 0 and 1.
  ///
  /// @throws TensorFileException if the dtype holds none, or a number does not fit
  long[] longs() throws TensorFileException {
    requireInteger();
    long[] numbers = allocate(long[]::new, Long.BYTES);
    blocks((at, bytes) -> numbers[at] = next(bytes, at));
    return numbers;
  }

  private void requireInteger() throws TensorFileException {
    if (!dtype.isInteger()) {
      throw file.wrong(
          what
              + " has dtype "
              + dtype
              + ", but an integer or BOOL is needed; save it as I32 or I64");
    }
  }

  private long next(ByteBuffer bytes, int at) throws TensorFileException {
    return switch (dtype) {
      case BOOL -> {
        byte truth = bytes.get();
        if (truth != 0 && truth != 1) {
          throw file.wrong(
              what
                  + " holds the byte "
                  + (truth & 0xFF)
                  + " at index "
                  + at
                  + "; a BOOL is 0 or 1");
        }
        yield truth;
      }
      case U8 -> bytes.get() & 0xFF;
      case I8 -> bytes.get();
      case U16 -> bytes.getShort() & 0xFFFF;
      case I16 -> bytes.getShort();
      case U32 -> Integer.toUnsignedLong(bytes.getInt());
      case I32 -> bytes.getInt();
      case U64 -> {
        long number = bytes.getLong();
        if (number < 0) {
          throw tooLarge(Long.toUnsignedString(number), at, "a long (at most 9223372036854775807)");
        }
        yield number;
      }
      default -> bytes.getLong();
    };
  }

  private TensorFileException tooLarge(String number, int at, String type) {
    return file.wrong(
        what
            + " holds "
            + number
            + " at index "
            + at
            + ", which does not fit "
            + type
            + "; use smaller numbers");
  }

  /// Takes the next number out of the block.
  private interface Decoder {
    void decode(int at, ByteBuffer bytes) throws TensorFileException;
  }

  private void blocks(Decoder decoder) throws TensorFileException {
    int width = dtype.bytes();
    byte[] block = new byte[(int) Math.min(BLOCK, (long) count * width)];
    ByteBuffer bytes = ByteBuffer.wrap(block).order(order);
    int at = 0;
    while (at < count) {
      int some = Math.min(BLOCK / width, count - at);
      file.copy(offset + (long) at * width, block, 0, some * width);
      bytes.clear();
      for (int end = at + some; at < end; at++) {
        decoder.decode(at, bytes);
      }
    }
  }

  private <A> A allocate(IntFunction<A> array, int width) throws TensorFileException {
    return allocate(file, what, array, count, width);
  }

  /// An array, or a sentence if the heap has no room for it.
  static <A> A allocate(MappedFile file, String what, IntFunction<A> array, int count, int width)
      throws TensorFileException {
    try {
      return array.apply(count);
    } catch (OutOfMemoryError e) {
      throw new TensorFileException(
          file.name()
              + ": "
              + what
              + " needs "
              + (((long) count * width) >> 20)
              + " MiB of heap, more than is free of "
              + (Runtime.getRuntime().maxMemory() >> 20)
              + " MiB; start Java with a larger -Xmx, or split the tensor",
          e);
    }
  }
}
