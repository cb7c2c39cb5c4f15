package dev.reformer4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/// Stores Java's numbers little-endian, through one block of 64 KiB, so that no tensor is ever in
/// memory twice.
final class ElementWriter {
  private static final int BLOCK = 1 << 16;

  private final WritableByteChannel out;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);

  ElementWriter(WritableByteChannel out) {
    this.out = out;
  }

  /// Bytes as they are, such as a header.
  void bytes(byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; at += BLOCK) {
      block.clear().put(bytes, at, Math.min(BLOCK, bytes.length - at));
      flush();
    }
  }

  /// F32 bit by bit; F16 and BF16 rounded to the nearest, ties to even.
  ///
  /// @param what the tensor, for sentences
  /// @throws TensorFileException if a finite number would become infinite
  void floats(float[] numbers, DType dtype, String what) throws IOException {
    int most = BLOCK / dtype.bytes();
    for (int at = 0; at < numbers.length; ) {
      int end = at + Math.min(most, numbers.length - at);
      block.clear();
      switch (dtype) {
        case F32 -> {
          block.asFloatBuffer().put(numbers, at, end - at);
          block.position((end - at) * Float.BYTES);
        }
        case F16 -> {
          for (int i = at; i < end; i++) {
            short half = Float.floatToFloat16(numbers[i]);
            requireFinite((half & 0x7FFF) != 0x7C00, numbers[i], dtype, what, i);
            block.putShort(half);
          }
        }
        case BF16 -> {
          for (int i = at; i < end; i++) {
            short half = Bfloat16.fromFloat(numbers[i]);
            requireFinite((half & 0x7FFF) != 0x7F80, numbers[i], dtype, what, i);
            block.putShort(half);
          }
        }
        default ->
            throw new IllegalArgumentException(
                "dtype " + dtype + " cannot be written from float32; use F32, F16 or BF16");
      }
      flush();
      at = end;
    }
  }

  private static void requireFinite(boolean finite, float number, DType dtype, String what, int at)
      throws TensorFileException {
    if (!finite && !Float.isInfinite(number)) {
      String largest = dtype == DType.F16 ? "65504" : "3.3895314E38";
      throw new TensorFileException(
          what
              + " holds "
              + number
              + " at index "
              + at
              + ", beyond "
              + dtype
              + "'s largest "
              + largest
              + "; write it as F32");
    }
  }

  /// I32.
  void ints(int[] numbers) throws IOException {
    int most = BLOCK / Integer.BYTES;
    for (int at = 0; at < numbers.length; ) {
      int some = Math.min(most, numbers.length - at);
      block.clear();
      block.asIntBuffer().put(numbers, at, some);
      block.position(some * Integer.BYTES);
      flush();
      at += some;
    }
  }

  /// I64.
  void longs(long[] numbers) throws IOException {
    int most = BLOCK / Long.BYTES;
    for (int at = 0; at < numbers.length; ) {
      int some = Math.min(most, numbers.length - at);
      block.clear();
      block.asLongBuffer().put(numbers, at, some);
      block.position(some * Long.BYTES);
      flush();
      at += some;
    }
  }

  private void flush() throws IOException {
    block.flip();
    while (block.hasRemaining()) {
      out.write(block);
    }
  }
}
