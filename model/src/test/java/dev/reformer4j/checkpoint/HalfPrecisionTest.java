package dev.reformer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// All 65536 numbers of either half-width format, and the roundings between them, against plain
/// double arithmetic.
class HalfPrecisionTest {
  /// The value of a format with `fraction` bits and exponent bias `bias`, spelled out.
  private static double value(int bits, int fraction, int bias) {
    int mantissa = bits & ((1 << fraction) - 1);
    int exponent = (bits & 0x7FFF) >> fraction;
    double sign = bits >> 15 == 0 ? 1 : -1;
    if (exponent == (0x7FFF >> fraction)) {
      return mantissa == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    return exponent == 0
        ? sign * Math.scalb((double) mantissa, 1 - bias - fraction)
        : sign * Math.scalb((double) (mantissa + (1 << fraction)), exponent - bias - fraction);
  }

  private static byte[] all(String dtype) {
    byte[] image = Images.tensors(1 << 17, Images.entry("a", dtype, "[65536]", "[0,131072]"));
    ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      bytes.putShort(image.length - (1 << 17) + 2 * bits, (short) bits);
    }
    return image;
  }

  private static float[] read(byte[] image) throws IOException {
    try (Safetensors file = Images.openSafetensors(image)) {
      return file.floats("a").data();
    }
  }

  private static short[] write(float[] numbers, DType dtype) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ElementWriter(Channels.newChannel(out)).floats(numbers, dtype, "a");
    short[] halves = new short[numbers.length];
    ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(halves);
    return halves;
  }

  @Test
  void everyFloat16IsReadExactly() throws IOException {
    float[] numbers = read(all("F16"));
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertThat(numbers[bits]).as("%04x", bits).isEqualTo((Float) (float) value(bits, 10, 15));
      assertThat(numbers[bits]).isEqualTo((Float) Float.float16ToFloat((short) bits));
    }
  }

  @Test
  void everyBfloat16IsReadExactly() throws IOException {
    float[] numbers = read(all("BF16"));
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertThat(numbers[bits]).as("%04x", bits).isEqualTo((Float) (float) value(bits, 7, 127));
    }
  }

  @Test
  void everyHalfSurvivesReadingAndWriting() throws IOException {
    for (DType dtype : new DType[] {DType.F16, DType.BF16}) {
      short[] halves = write(read(all(dtype.name())), dtype);
      int fraction = dtype == DType.F16 ? 10 : 7;
      for (int bits = 0; bits < 1 << 16; bits++) {
        if (Double.isNaN(value(bits, fraction, 1))) {
          assertThat(value(halves[bits] & 0xFFFF, fraction, 1)).as("%s %04x", dtype, bits).isNaN();
        } else {
          assertThat(halves[bits]).as("%s %04x", dtype, bits).isEqualTo((short) bits);
        }
      }
    }
  }

  /// Between every two neighbours: below the middle goes down, above it up, the middle itself to
  /// the even one.
  @Test
  void roundingGoesToTheNearestAndTiesToEven() throws IOException {
    for (DType dtype : new DType[] {DType.F16, DType.BF16}) {
      int fraction = dtype == DType.F16 ? 10 : 7;
      int bias = dtype == DType.F16 ? 15 : 127;
      int infinity = 0x7FFF >> fraction << fraction;
      for (int bits = 0; bits + 1 < infinity; bits++) {
        float middle =
            (float) ((value(bits, fraction, bias) + value(bits + 1, fraction, bias)) / 2);
        int even = bits + (bits & 1);
        float[] numbers = {Math.nextDown(middle), middle, Math.nextUp(middle), -middle};
        short[] expected = {
          (short) bits, (short) even, (short) (bits + 1), (short) (even | 0x8000)
        };
        assertThat(write(numbers, dtype)).as("%s %04x", dtype, bits).isEqualTo(expected);
      }
    }
  }

  @Test
  void bfloat16KeepsEveryNaNANaN() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      int bits = 0x7F800001 + random.nextInt(0x7FFFFF) | random.nextInt() << 31;
      short half = Bfloat16.fromFloat(Float.intBitsToFloat(bits));
      assertThat(Bfloat16.toFloat(half)).as("%08x", bits).isNaN();
    }
  }

  @Test
  void writingAWholeTensorEqualsWritingItsPieces() throws IOException {
    float[] numbers = new float[70001];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    Tensor tensor = Tensor.of(numbers, numbers.length);
    short[] whole = write(tensor.data(), DType.BF16);
    for (int i = 0; i < numbers.length; i++) {
      assertThat(whole[i]).isEqualTo(Bfloat16.fromFloat(numbers[i]));
    }
  }
}
