package dev.reformer4j.spark;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Numbers as bytes and back, little-endian.
final class Floats {
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  private Floats() {}

  static void write(float[] from, int offset, int count, byte[] to, int at) {
    ByteBuffer.wrap(to, at, count * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .put(from, offset, count);
  }

  static void read(byte[] from, int at, int count, float[] to, int offset) {
    ByteBuffer.wrap(from, at, count * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(to, offset, count);
  }

  static void writeDouble(double number, byte[] to, int at) {
    DOUBLE.set(to, at, number);
  }

  static double readDouble(byte[] from, int at) {
    return (double) DOUBLE.get(from, at);
  }
}
