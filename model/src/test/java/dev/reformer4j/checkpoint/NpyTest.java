package dev.reformer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
  private static final float[] RAMP = {0, 1 / 3f, 2 / 3f, 1, 4 / 3f, 5 / 3f};

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"f4", "f4_big", "f8", "f8_big", "version_2", "version_3"})
  void whatNumPyWritesIsReadWithTheSameNumbers(String name) throws IOException {
    try (Npy file = Images.openNpy(Images.golden(name + ".npy"))) {
      assertThat(file.floats().data()).containsExactly(RAMP);
      assertThat(file.floats().shape()).containsExactly(2, 3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"f2", "f2_big"})
  void halvesAreRead(String name) throws IOException {
    try (Npy file = Images.openNpy(Images.golden(name + ".npy"))) {
      assertThat(file.info().dtype()).isEqualTo(DType.F16);
      float[] rounded = new float[6];
      for (int i = 0; i < 6; i++) {
        rounded[i] = Float.float16ToFloat(Float.floatToFloat16(RAMP[i]));
      }
      assertThat(file.floats().data()).containsExactly(rounded);
    }
  }

  @Test
  void integersTruthValuesScalarsAndEmptyArraysAreRead() throws IOException {
    try (Npy file = Images.openNpy(Images.golden("i4.npy"))) {
      assertThat(file.ints()).containsExactly(-1, Integer.MAX_VALUE);
    }
    try (Npy file = Images.openNpy(Images.golden("i8_big.npy"))) {
      assertThat(file.longs()).containsExactly(-(1L << 40), 7);
      assertThatThrownBy(file::ints)
          .isInstanceOf(TensorFileException.class)
          .hasMessageContaining("the array holds -1099511627776 at index 0");
    }
    try (Npy file = Images.openNpy(Images.golden("u1.npy"))) {
      assertThat(file.ints()).containsExactly(0, 255);
    }
    try (Npy file = Images.openNpy(Images.golden("bool.npy"))) {
      assertThat(file.ints()).containsExactly(1, 0, 1);
    }
    try (Npy file = Images.openNpy(Images.golden("scalar.npy"))) {
      assertThat(file.floats().shape()).isEmpty();
      assertThat(file.floats().data()).containsExactly(2.5f);
    }
    try (Npy file = Images.openNpy(Images.golden("empty.npy"))) {
      assertThat(file.floats().shape()).containsExactly(0, 3);
    }
    try (Npy file = Images.openNpy(Images.golden("long_shape.npy"))) {
      assertThat(file.info().rank()).isEqualTo(30);
    }
  }

  @Test
  void fortranOrderIsTurned() throws IOException {
    try (Npy file = Images.openNpy(Images.golden("fortran.npy"))) {
      assertThat(file.floats().data()).containsExactly(RAMP);
      assertThat(file.floats().shape()).containsExactly(2, 3);
    }
    try (Npy file = Images.openNpy(Images.golden("fortran_i4.npy"))) {
      assertThat(file.ints()).containsExactly(IntStream.range(0, 24).toArray());
      assertThat(file.longs()).containsExactly(LongStream.range(0, 24).toArray());
      assertThat(file.info().shape()).containsExactly(2, 3, 4);
    }
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments("complex", "the dtype \"<c8\" cannot be read"),
        arguments("structured", "structured and object arrays cannot be read"),
        arguments("object", "the dtype \"|O\" cannot be read"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatNumPyWritesAndJavaCannotHoldIsASentence(String name, String sentence) {
    assertThatThrownBy(() -> Images.openNpy(Images.golden(name + ".npy")).close())
        .isExactlyInstanceOf(TensorFileException.class)
        .hasMessageStartingWith("x.npy: ")
        .hasMessageContaining(sentence);
  }

  @Test
  void theWriterMakesNumPysBytes() throws IOException {
    Path path = directory.resolve("x.npy");
    Npy.write(path, Tensor.of(RAMP, 2, 3));
    assertThat(Files.readAllBytes(path)).isEqualTo(Images.golden("f4.npy"));
    Npy.write(path, Tensor.of(RAMP, 2, 3), DType.F16);
    assertThat(Files.readAllBytes(path)).isEqualTo(Images.golden("f2.npy"));
    Npy.write(path, new int[] {-1, Integer.MAX_VALUE}, 2);
    assertThat(Files.readAllBytes(path)).isEqualTo(Images.golden("i4.npy"));
    Npy.write(path, Tensor.of(new float[] {2.5f}));
    assertThat(Files.readAllBytes(path)).isEqualTo(Images.golden("scalar.npy"));
    Npy.write(path, Tensor.zeros(0, 3));
    assertThat(Files.readAllBytes(path)).isEqualTo(Images.golden("empty.npy"));
    int[] ones = new int[30];
    Arrays.fill(ones, 1);
    Npy.write(path, Tensor.zeros(ones));
    assertThat(Files.readAllBytes(path)).isEqualTo(Images.golden("long_shape.npy"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 16383, 16384, 16385, 100003})
  void float32AndLongsSurviveBitByBit(int size) throws IOException {
    Path path = directory.resolve("x.npy");
    SplittableRandom random = new SplittableRandom(size);
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = Float.intBitsToFloat(random.nextInt());
    }
    Npy.write(path, Tensor.of(numbers, size));
    try (Npy file = Npy.open(path)) {
      float[] read = file.floats().data();
      for (int i = 0; i < size; i++) {
        assertThat(Float.floatToRawIntBits(read[i])).isEqualTo(Float.floatToRawIntBits(numbers[i]));
      }
    }
    long[] longs = random.longs(size).toArray();
    Npy.write(path, longs, size, 1);
    try (Npy file = Npy.open(path)) {
      assertThat(file.longs()).isEqualTo(longs);
    }
  }

  @Test
  void theWriterRefusesWhatNumPyCannotHold() {
    Path path = directory.resolve("x.npy");
    assertThatThrownBy(() -> Npy.write(path, Tensor.zeros(1), DType.BF16))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Npy.write(path, new int[3], 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shape [2] holds 2 numbers, but 3 were given");
    int[] axes = new int[65];
    Arrays.fill(axes, 1);
    assertThatThrownBy(() -> Npy.write(path, Tensor.zeros(axes)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a tensor of 65 axes");
    assertThat(path).doesNotExist();
  }

  private static String dictionary(String descr, String fortran, String shape) {
    return "{'descr': " + descr + ", 'fortran_order': " + fortran + ", 'shape': " + shape + "}";
  }

  private static byte[] shape(String shape, int data) {
    return Images.npy(dictionary("'<f4'", "False", shape), data);
  }

  static Stream<Arguments> brokenFiles() {
    String good = dictionary("'<f4'", "False", "(1,)");
    return Stream.of(
        arguments(new byte[0], "does not begin with the magic bytes"),
        arguments(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'}, "ends within its .npy header"),
        arguments(version(4, 0), ".npy version 4.0 is unknown"),
        arguments(version(1, 1), ".npy version 1.1 is unknown"),
        arguments(version(0, 0), ".npy version 0.0 is unknown"),
        arguments(version(2, 0), "ends within its .npy header"),
        arguments(length(65535), "ends within its .npy header"),
        arguments(Images.npy(good + " ".repeat(10_001), 4), "exceeds 10000 bytes"),
        arguments(Images.npy("", 4), "should have '{' at character 0"),
        arguments(Images.npy("{", 4), "should have a text in quotes"),
        arguments(Images.npy("{}", 4), "lacks one of descr, fortran_order and shape"),
        arguments(Images.npy(good.replace("}", ""), 4), "should have '}'"),
        arguments(Images.npy(good + ";", 4), "should have its end"),
        arguments(Images.npy(good.replace("'descr'", "'x'"), 4), "has the key \"x\""),
        arguments(Images.npy(good.replace("'shape'", "'descr'"), 4), "has the key \"descr\" twice"),
        arguments(Images.npy(good.replace("'descr'", "'des\\cr'"), 4), "without escapes"),
        arguments(Images.npy(good.replace("False", "0"), 4), "should have True or False"),
        arguments(Images.npy(good.replace("False", "Falsey"), 4), "should have True or False"),
        arguments(Images.npy(dictionary("'f4'", "False", "(1,)"), 4), "the dtype \"f4\" cannot"),
        arguments(Images.npy(dictionary("'|f4'", "False", "(1,)"), 4), "the dtype \"|f4\" cannot"),
        arguments(Images.npy(dictionary("''", "False", "(1,)"), 4), "the dtype \"\" cannot"),
        arguments(Images.npy(dictionary("'<'", "False", "(1,)"), 4), "the dtype \"<\" cannot"),
        arguments(Images.npy(dictionary("None", "False", "(1,)"), 4), "a text in quotes"),
        arguments(shape("(1)", 4), "should have a tuple, such as (3,)"),
        arguments(shape("(1,,)", 4), "each axis must be a whole number"),
        arguments(shape("(,)", 4), "each axis must be a whole number"),
        arguments(shape("(1 1)", 4), "should have ',' or ')'"),
        arguments(shape("[1]", 4), "should have '('"),
        arguments(shape("(-1,)", 4), "the shape holds \"-1\"; each axis"),
        arguments(shape("(1.0,)", 4), "the shape holds \"1.0\"; each axis"),
        arguments(shape("(0x1,)", 4), "the shape holds \"0x1\"; each axis"),
        arguments(shape("(01,)", 4), "the shape holds \"01\"; each axis"),
        arguments(shape("(1_0,)", 40), "the shape holds \"1_0\"; each axis"),
        arguments(shape("(True,)", 4), "the shape holds \"True\"; each axis"),
        arguments(shape("(9223372036854775808,)", 4), "at most 2^63 - 1"),
        arguments(shape("(9223372036854775807,)", 4), "larger than any file"),
        arguments(shape("(4294967296, 4294967296)", 4), "larger than any file"),
        arguments(shape("(" + "1,".repeat(65) + ")", 4), "more than 64 axes"),
        arguments(
            shape("(2,)", 4), "takes 8 bytes, but 4 follow the header; the file is truncated"),
        arguments(shape("(1,)", 5), "takes 4 bytes, but 5 follow the header; the file is damaged"),
        arguments(shape("(0,)", 1), "takes 0 bytes, but 1 follow the header"));
  }

  private static byte[] version(int major, int minor) {
    byte[] image = Images.npy("", 0);
    image[6] = (byte) major;
    image[7] = (byte) minor;
    return image;
  }

  private static byte[] length(int length) {
    byte[] image = shape("(1,)", 4);
    ByteBuffer.wrap(image).putShort(8, (short) length);
    return image;
  }

  @ParameterizedTest
  @MethodSource("brokenFiles")
  void aFileThatBreaksARuleIsRefusedInOneSentence(byte[] image, String sentence) {
    assertThatThrownBy(() -> Images.openNpy(image).close())
        .isExactlyInstanceOf(TensorFileException.class)
        .hasMessageStartingWith("x.npy: ")
        .hasMessageContaining(sentence)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @Test
  void headersOfOldAndHandMadeFilesAreRead() throws IOException {
    for (String shape : new String[] {"(1L,)", "(1, )", "( 1 ,\n1)", "()"}) {
      try (Npy file = Images.openNpy(shape(shape, 4))) {
        assertThat(file.floats().size()).isEqualTo(1);
      }
    }
    String reordered = "{\"shape\":(1,),\t\"descr\":\"<f4\",\"fortran_order\":False,}  \n";
    try (Npy file = Images.openNpy(Images.npy(reordered, 4))) {
      assertThat(file.floats().shape()).containsExactly(1);
    }
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefusedInVersion3() {
    byte[] text = dictionary("'\u00e4'", "False", "(1,)").getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer image = ByteBuffer.allocate(12 + text.length);
    image.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 3, 0});
    image.putInt(Integer.reverseBytes(text.length)).put(text);
    assertThatThrownBy(() -> Images.openNpy(image.array()).close())
        .hasMessageContaining("not valid UTF-8");
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] image = Images.golden("f4.npy");
    for (int length = 0; length < image.length; length++) {
      byte[] piece = Arrays.copyOf(image, length);
      assertThatThrownBy(() -> Images.openNpy(piece).close())
          .as("length %d", length)
          .isInstanceOf(TensorFileException.class);
    }
  }
}
