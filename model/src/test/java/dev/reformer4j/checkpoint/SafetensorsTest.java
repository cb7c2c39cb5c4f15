package dev.reformer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  /// A block holds 16384 float32, 32768 halves, 8192 longs.
  private static final int[] SIZES = {
    0, 1, 2, 3, 7, 8191, 8192, 8193, 16381, 16383, 16384, 16385, 32767, 32768, 32769, 65537, 100003
  };

  @TempDir Path directory;

  private static float[] anyBits(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = Float.intBitsToFloat(random.nextInt());
    }
    return numbers;
  }

  private static int[] bits(float[] numbers) {
    int[] bits = new int[numbers.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(numbers[i]);
    }
    return bits;
  }

  @Test
  void float32SurvivesBitByBitWithItsNaNPayloads() throws IOException {
    Path path = directory.resolve("x.safetensors");
    for (int size : SIZES) {
      float[] numbers = anyBits(size, size);
      // Signalling and quiet NaNs with payloads, of both signs.
      for (int i = 0; i < Math.min(4, size); i++) {
        numbers[i] = Float.intBitsToFloat(new int[] {0x7F800001, 0xFFBFFFFF, 0x7FC12345, -1}[i]);
      }
      int[] expected = bits(numbers);
      new SafetensorsWriter().add("a", Tensor.of(numbers, size)).write(path);
      try (Safetensors file = Safetensors.open(path)) {
        assertThat(bits(file.floats("a").data())).as("size %d", size).isEqualTo(expected);
        assertThat(file.floats("a").shape()).containsExactly(size);
      }
    }
  }

  @Test
  void integersSurvive() throws IOException {
    Path path = directory.resolve("x.safetensors");
    for (int size : SIZES) {
      int[] ints = new SplittableRandom(size).ints(size).toArray();
      long[] longs = new SplittableRandom(size).longs(size).toArray();
      new SafetensorsWriter().add("i", ints, size).add("l", longs, 1, size).write(path);
      try (Safetensors file = Safetensors.open(path)) {
        assertThat(file.ints("i")).as("size %d", size).isEqualTo(ints);
        assertThat(file.longs("i")).isEqualTo(IntStream.of(ints).asLongStream().toArray());
        assertThat(file.longs("l")).as("size %d", size).isEqualTo(longs);
        assertThat(file.info("l").shape()).containsExactly(1, size);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void halvesAreWhatRoundingOneByOneGives(DType dtype) throws IOException {
    Path path = directory.resolve("x.safetensors");
    for (int size : SIZES) {
      float[] numbers = new float[size];
      SplittableRandom random = new SplittableRandom(size);
      for (int i = 0; i < size; i++) {
        numbers[i] = (float) random.nextDouble(-60000, 60000);
      }
      new SafetensorsWriter().add("a", Tensor.of(numbers, size), dtype).write(path);
      float[] expected = new float[size];
      for (int i = 0; i < size; i++) {
        expected[i] =
            dtype == DType.F16
                ? Float.float16ToFloat(Float.floatToFloat16(numbers[i]))
                : Bfloat16.toFloat(Bfloat16.fromFloat(numbers[i]));
      }
      try (Safetensors file = Safetensors.open(path)) {
        assertThat(file.info("a").bytes()).isEqualTo(2L * size);
        assertThat(file.floats("a").data()).as("size %d", size).isEqualTo(expected);
      }
    }
  }

  @Test
  void everyDtypeThatPythonWritesIsReadWithTheSameNumbers() throws IOException {
    float[] exact = {
      0f,
      -0f,
      1f,
      -2.5f,
      0.1f,
      65504f,
      5.9604645e-08f,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      3.1415927f,
      -1e-3f
    };
    try (Safetensors file = Images.openSafetensors(Images.golden("every_dtype.safetensors"))) {
      float[] f32 = file.floats("f32").data();
      assertThat(Arrays.copyOf(f32, 11)).isEqualTo(exact);
      assertThat(Float.floatToRawIntBits(f32[11])).isEqualTo(0x7FA12345);
      assertThat(file.floats("f32").shape()).containsExactly(3, 4);
      assertThat(file.floats("f64").data()).isEqualTo(exact);
      assertThat(file.floats("f16").data())
          .containsExactly(
              0f,
              -0f,
              1f,
              -2.5f,
              0.099975586f,
              65504f,
              5.9604645e-08f,
              exact[7],
              exact[8],
              3.140625f,
              -0.0010004044f);
      assertThat(file.floats("bf16").data())
          .containsExactly(
              0f,
              -0f,
              1f,
              -2.5f,
              0.100097656f,
              65536f,
              5.9604645e-08f,
              exact[7],
              exact[8],
              3.140625f,
              -0.0009994507f);
      assertThat(file.floats("scalar").shape()).isEmpty();
      assertThat(file.floats("scalar").data()).containsExactly(42f);
      assertThat(file.floats("empty").shape()).containsExactly(2, 0, 3);
      assertThat(file.ints("bool")).containsExactly(1, 0, 0, 1);
      assertThat(file.ints("i8")).containsExactly(-128, 127, 7);
      assertThat(file.ints("i16")).containsExactly(-32768, 32767, 7);
      assertThat(file.ints("i32")).containsExactly(Integer.MIN_VALUE, Integer.MAX_VALUE, 7);
      assertThat(file.longs("i64")).containsExactly(Long.MIN_VALUE, Long.MAX_VALUE, 7);
      assertThat(file.ints("u8")).containsExactly(0, 255, 7);
      assertThat(file.ints("u16")).containsExactly(0, 65535, 7);
      assertThat(file.longs("u32")).containsExactly(0, 4294967295L, 7);
      assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(file.info("complex").dtype()).isEqualTo(DType.C64);
      assertThat(file.info("f8").dtype()).isEqualTo(DType.F8_E4M3);
    }
  }

  @Test
  void theWriterMakesPythonsBytes() throws IOException {
    float[] ramp = new float[7];
    for (int i = 0; i < 7; i++) {
      ramp[i] = i / 3f;
    }
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata("format", "pt")
            .add("scalar", Tensor.of(new float[] {1.5f}))
            .add("\uffee", Tensor.of(new float[] {2}, 1))
            .add("\ud83d\ude00", Tensor.of(new float[] {3}, 1))
            .add("quoted \"name\" / ü 😀", Tensor.of(new float[] {1}, 1))
            .add("empty", Tensor.zeros(0, 5))
            .add("long", new long[] {Long.MIN_VALUE, 5}, 2)
            .add("ids", new int[] {-1, Integer.MAX_VALUE}, 1, 2)
            .add("brain", Tensor.of(ramp, 7), DType.BF16)
            .add("half", Tensor.of(ramp, 7), DType.F16)
            .add("alpha", Tensor.of(ramp, 1, 7))
            .add("zeta", Tensor.of(ramp, 7));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.writeTo(Channels.newChannel(bytes));
    assertThat(bytes.toByteArray())
        .as("make it again with make_tensor_files.py")
        .isEqualTo(Images.golden("writable.safetensors"));
  }

  @Test
  void namesComeInTheOrderOfTheFile() throws IOException {
    byte[] image =
        Images.tensors(
            12,
            Images.entry("b", "F32", "[2]", "[4,12]"),
            Images.entry("a", "F32", "[1]", "[0,4]"));
    try (Safetensors file = Images.openSafetensors(image)) {
      assertThat(file.names()).containsExactly("a", "b");
      assertThat(file.tensors().values()).extracting(TensorInfo::elements).containsExactly(1L, 2L);
      assertThat(file.info("b")).hasToString("\"b\" F32 [2]");
      assertThat(file.metadata()).isEmpty();
    }
  }

  @Test
  void aMissingNameIsAnsweredWithThoseThereAre() throws IOException {
    byte[] image = Images.tensors(4, Images.entry("qk", "F32", "[1]", "[0,4]"));
    try (Safetensors file = Images.openSafetensors(image)) {
      assertThatThrownBy(() -> file.floats("v\n"))
          .isInstanceOf(TensorFileException.class)
          .hasMessage("x.safetensors: has no tensor \"v\\u000a\"; it holds \"qk\"");
    }
  }

  @Test
  void numbersThatDoNotFitAreRefusedWithTheirPlace() throws IOException {
    Path path = directory.resolve("x.safetensors");
    new SafetensorsWriter().add("l", new long[] {1, 1L << 31}, 2).write(path);
    try (Safetensors file = Safetensors.open(path)) {
      assertThatThrownBy(() -> file.ints("l"))
          .isInstanceOf(TensorFileException.class)
          .hasMessageContaining(
              "tensor \"l\" holds 2147483648 at index 1, which does not fit an int");
      assertThatThrownBy(() -> file.floats("l"))
          .isInstanceOf(TensorFileException.class)
          .hasMessageContaining("has dtype I64, but F32, F16, BF16 or F64 is needed");
    }
    byte[] unsigned = Images.tensors(8, Images.entry("u", "U64", "[1]", "[0,8]"));
    unsigned[unsigned.length - 1] = (byte) 0x80;
    try (Safetensors file = Images.openSafetensors(unsigned)) {
      assertThatThrownBy(() -> file.longs("u")).hasMessageContaining("does not fit a long");
    }
    try (Safetensors file =
        Images.openSafetensors(Images.tensors(2, Images.entry("t", "BOOL", "[2]", "[0,2]")))) {
      assertThatThrownBy(() -> file.ints("t")).hasMessageContaining("the byte 2 at index 1");
    }
    byte[] wide = Images.tensors(8, Images.entry("d", "F64", "[1]", "[0,8]"));
    ByteBuffer.wrap(wide)
        .putLong(wide.length - 8, Long.reverseBytes(Double.doubleToLongBits(1e39)));
    try (Safetensors file = Images.openSafetensors(wide)) {
      assertThatThrownBy(() -> file.floats("d"))
          .hasMessageContaining("holds 1.0E39 at index 0, beyond float32's largest");
    }
  }

  @Test
  void aHugeSparseFileIsListedAtOnceAndRefusedAsOneArray() throws IOException {
    Path path = directory.resolve("huge.safetensors");
    long bytes = 4L * (1L << 31);
    byte[] header =
        Images.tensors(0, Images.entry("a", "F32", "[2,1073741824]", "[0," + bytes + "]"));
    try (FileChannel out =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      out.write(ByteBuffer.wrap(header));
      out.write(ByteBuffer.allocate(1), header.length + bytes - 1);
    }
    long before = Allocation.bytes();
    try (Safetensors file = Safetensors.open(path)) {
      assertThat(file.info("a").elements()).isEqualTo(1L << 31);
      assertThatThrownBy(() -> file.floats("a"))
          .isInstanceOf(TensorFileException.class)
          .hasMessageContaining("holds 2147483648 numbers, more than the 2147483639 one array can");
    }
    assertThat(Allocation.bytes() - before).isLessThan(1 << 20);
  }

  @Test
  void aTensorLargerThanTheHeapIsASentence() throws IOException {
    Path path = directory.resolve("large.safetensors");
    long elements = Math.min(ElementReader.MOST, Runtime.getRuntime().maxMemory() / 4 + 1);
    long bytes = elements * 4;
    byte[] header =
        Images.tensors(0, Images.entry("a", "F32", "[" + elements + "]", "[0," + bytes + "]"));
    try (FileChannel out =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      out.write(ByteBuffer.wrap(header));
      out.write(ByteBuffer.allocate(1), header.length + bytes - 1);
    }
    try (Safetensors file = Safetensors.open(path)) {
      assertThatThrownBy(() -> file.floats("a"))
          .isInstanceOf(TensorFileException.class)
          .hasMessageContaining("start Java with a larger -Xmx");
    }
  }

  @Test
  void aFileTruncatedUnderTheMapIsASentence() throws IOException {
    Path path = directory.resolve("x.safetensors");
    new SafetensorsWriter()
        .add("a", Tensor.zeros(1 << 20))
        .add("i", new int[1 << 20], 1 << 20)
        .write(path);
    try (Safetensors file = Safetensors.open(path)) {
      try (FileChannel out = FileChannel.open(path, StandardOpenOption.WRITE)) {
        out.truncate(100);
      }
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> file.floats("a"))
            .isInstanceOf(TensorFileException.class)
            .hasMessageContaining("became shorter while it was read");
        assertThatThrownBy(() -> file.ints("i")).isInstanceOf(TensorFileException.class);
      }
    }
  }

  @Test
  void severalThreadsMayReadAtOnce() throws IOException {
    Path path = directory.resolve("x.safetensors");
    float[] numbers = anyBits(100003, 5);
    new SafetensorsWriter().add("a", Tensor.of(numbers, 100003)).write(path);
    try (Safetensors file = Safetensors.open(path)) {
      List<int[]> copies =
          IntStream.range(0, 16)
              .parallel()
              .mapToObj(_ -> {
                try {
                  return bits(file.floats("a").data());
                } catch (TensorFileException e) {
                  throw new AssertionError(e);
                }
              })
              .toList();
      assertThat(copies).allSatisfy(copy -> assertThat(copy).isEqualTo(bits(numbers)));
    }
  }

  @Test
  void closingTwiceIsNoError() throws IOException {
    Path path = directory.resolve("x.safetensors");
    new SafetensorsWriter().write(path);
    Safetensors file = Safetensors.open(path);
    assertThat(file.names()).isEmpty();
    file.close();
    file.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing-there", "directory", "empty"})
  void whatIsNoFileIsASentence(String name) throws IOException {
    Files.createDirectory(directory.resolve("directory"));
    Files.createFile(directory.resolve("empty"));
    assertThatThrownBy(() -> Safetensors.open(directory.resolve(name)))
        .isInstanceOf(TensorFileException.class)
        .hasMessageContaining(directory.resolve(name).toString())
        .hasMessageMatching(
            ".*(there is no such file; check|it is a directory; name|has 0 bytes, but).*");
  }

  @Test
  void theWriterRefusesWhatNoFileCanHold() {
    SafetensorsWriter writer = new SafetensorsWriter().add("a", Tensor.zeros(1));
    assertThatThrownBy(() -> writer.add("a", Tensor.zeros(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor \"a\" was added before; names must be unique");
    assertThatThrownBy(() -> writer.add("__metadata__", Tensor.zeros(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.add("\ud800", Tensor.zeros(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("half a surrogate pair");
    assertThatThrownBy(() -> writer.metadata("k", "\udc00"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.add("i", new int[3], 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor \"i\" has 3 numbers, but its shape [2] holds 2; they must agree");
    assertThatThrownBy(() -> writer.add("b", Tensor.zeros(1), DType.I32))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void aFiniteNumberThatWouldBecomeInfiniteEndsTheWriting(DType dtype) throws IOException {
    Path path = directory.resolve("x.safetensors");
    Files.writeString(path, "before");
    Tensor tensor = Tensor.of(new float[] {1, Float.POSITIVE_INFINITY, Float.MAX_VALUE}, 3);
    SafetensorsWriter writer = new SafetensorsWriter().add("w", tensor, dtype);
    assertThatThrownBy(() -> writer.write(path))
        .isInstanceOf(TensorFileException.class)
        .hasMessageContaining("tensor \"w\" holds 3.4028235E38 at index 2, beyond " + dtype);
    assertThat(path).hasContent("before");
  }

  @Test
  void writingHoldsNoSecondCopy() throws IOException {
    Path path = directory.resolve("x.safetensors");
    Tensor tensor = Tensor.zeros(16 << 20);
    new SafetensorsWriter().add("a", Tensor.zeros(1)).write(path);
    long before = Allocation.bytes();
    new SafetensorsWriter().add("a", tensor).add("h", tensor, DType.F16).write(path);
    assertThat(Allocation.bytes() - before).isLessThan(1 << 20);
  }
}
