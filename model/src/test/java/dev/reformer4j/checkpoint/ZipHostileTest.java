package dev.reformer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One zip file for every rule that the reader holds.
@Timeout(60)
class ZipHostileTest {
  private static final String CONTRADICTS = "its zip directory contradicts the file";
  private static final String NOT_IN_FILE = "which do not lie in the file";
  private static final Map<String, byte[]> PARTS =
      ZipImage.entries(Images.golden("pytorch/wrapped.bin"));
  private static final byte[] PICKLE = PARTS.get("wrapped/data.pkl");
  private static final byte[] NUMBERS = PARTS.get("wrapped/data/0");

  private static ZipImage start() {
    return new ZipImage().stored("m/data.pkl", PICKLE);
  }

  /// The smallest whole file.
  private static ZipImage whole() {
    return start().stored("m/data/0", NUMBERS);
  }

  static Stream<Arguments> brokenFiles() {
    byte[] numbers = NUMBERS;
    ZipImage nested = new ZipImage();
    int outer = nested.local("m/data.pkl");
    nested.raw(PICKLE);
    int inner = nested.local("m/data/0");
    nested.raw(numbers);
    return Stream.of(
        arguments("no entries", new ZipImage().raw(new byte[] {'P', 'K', 3, 4}).end(), "without"),
        arguments(
            "no pickle", new ZipImage().stored("m/data/0", numbers).end(), "without the data"),
        arguments(
            "TorchScript",
            whole().stored("m/constants.pkl", new byte[1]).end(),
            "is a TorchScript program and no checkpoint"),
        arguments("no storage", start().end(), "lacks the storage \"0\""),
        arguments("short storage", start().stored("m/data/0", new byte[7]).end(), "has 7 bytes"),
        arguments(
            "byte order",
            whole().stored("m/byteorder", "middle".getBytes(StandardCharsets.US_ASCII)).end(),
            "has the byte order \"middle\"; it must be little or big"),
        arguments(
            "twice", whole().stored("m/data/0", numbers).end(), "the entry \"m/data/0\" twice"),
        arguments(
            "overlap",
            nested
                .central("m/data.pkl", 0, PICKLE.length + 40, PICKLE.length + 40, outer)
                .central("m/data/0", 0, numbers.length, numbers.length, inner)
                .end(),
            "the entries \"m/data.pkl\" and \"m/data/0\" overlap"),
        arguments("other name", whole().central("m/data/1", 0, 8, 8, 0).end(), CONTRADICTS),
        arguments("no header", whole().central("m/data/1", 0, 8, 8, 5).end(), CONTRADICTS),
        arguments("outside", whole().central("m/data/1", 0, 8, 8, 999_999).end(), CONTRADICTS),
        arguments("too long", lying(0, 1 << 20, 1 << 20), NOT_IN_FILE),
        arguments("packed stored", lying(0, 8, 9), "says it has 9 bytes in 8"),
        arguments("unknown method", lying(99, 8, 8), "packed by method 99"),
        arguments("no wide numbers", lying(0, -1, -1), CONTRADICTS),
        arguments("negative", wide(-8L, -8L), "says it has 18446744073709551608 bytes"),
        arguments("enormous", wide(Long.MAX_VALUE, Long.MAX_VALUE), NOT_IN_FILE),
        arguments("few wide numbers", wide(8L), CONTRADICTS),
        arguments(
            "bomb",
            start().deflated("m/data/0", new byte[1 << 20], 1 << 20).end(),
            "its compressed entries would inflate to more than 8 times its"),
        arguments("lying bomb", deflated(1 << 20, 8), "does not inflate to the 8 bytes it says"),
        arguments("shorter", deflated(7, 8), "does not inflate to the 8 bytes it says"),
        arguments("longer", deflated(9, 8), "does not inflate to the 8 bytes it says"),
        arguments("no deflate data", lying(8, 8, 8), "does not inflate to the 8 bytes it says"),
        arguments("end: count", patched(10, 1), CONTRADICTS),
        arguments("end: size", patched(12, 1), CONTRADICTS),
        arguments("end: offset", patched(16, 1), CONTRADICTS),
        arguments("end: disk", patched(4, 1), CONTRADICTS),
        arguments("end: comment", patched(20, 1), "has no zip directory at its end"));
  }

  private static byte[] lying(int method, long packed, long size) {
    ZipImage image = start();
    int at = image.local("m/data/0");
    return image.raw(NUMBERS).central("m/data/0", method, packed, size, at).end();
  }

  private static byte[] wide(long... numbers) {
    ZipImage image = start();
    int at = image.local("m/data/0");
    byte[] extra = ZipImage.wide(numbers);
    return image.raw(NUMBERS).central("m/data/0", 0, -1, -1, at, extra).end();
  }

  private static byte[] deflated(int bytes, long size) {
    return start().deflated("m/data/0", new byte[bytes], size).end();
  }

  /// A whole file with `add` added to a byte of the end record.
  private static byte[] patched(int offset, int add) {
    byte[] image = whole().end();
    image[image.length - 22 + offset] += (byte) add;
    return image;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenFiles")
  void isRefusedInASentence(String name, byte[] image, String sentence) {
    assertThat(refusal(image)).as(name).startsWith("x.bin: ").contains(sentence);
  }

  /// Opens, and reads, because compressed numbers are inflated when they are read.
  private static String refusal(byte[] image) {
    try (Weights weights = Images.open(image, "x.bin")) {
      for (String name : weights.names()) {
        weights.floats(name);
      }
      return "read";
    } catch (TensorFileException e) {
      return e.getMessage();
    }
  }

  @Test
  void wholeFilesAreRead() throws IOException {
    ZipImage wide = start();
    int at = wide.local("m/data/0");
    byte[] extra = ZipImage.wide(NUMBERS.length, NUMBERS.length, at);
    wide.raw(NUMBERS).central("m/data/0", 0, -1, -1, -1, extra);
    for (byte[] image :
        new byte[][] {
          whole().end(),
          whole().end64(),
          wide.end64(),
          whole().raw(new byte[100]).end(),
          new ZipImage()
              .deflated("m/data.pkl", PICKLE, PICKLE.length)
              .deflated("m/data/0", NUMBERS, NUMBERS.length)
              .end()
        }) {
      try (Weights weights = Images.open(image, "x.bin")) {
        assertThat(weights.floats("a").data()).containsExactly(1, 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "legacy"})
  void everyTruncatedFileIsRefused(String name) {
    byte[] image = Images.golden("pytorch/" + name + ".bin");
    for (int length = 0; length < image.length; length++) {
      assertThat(refusal(Arrays.copyOf(image, length))).startsWith("x.bin: ");
    }
  }

  @Test
  void theOldFormatIsCheckedToo() {
    byte[] image = Images.golden("pytorch/legacy.bin");
    byte[] magic = image.clone();
    magic[5]++;
    assertThat(refusal(magic)).contains("is a pickle, but torch.save did not write it");
    byte[] version = image.clone();
    version[18]++;
    assertThat(refusal(version)).contains("a version of PyTorch's old format other than 1001");
    int count = image.length - 12;
    while (ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).getLong(count) != 1) {
      count--;
    }
    byte[] storage = image.clone();
    storage[count]++;
    assertThat(refusal(storage)).contains("its list of storages does not agree with what follows");
  }

  @Test
  void whatIsNoCheckpointIsSaidToBeNone() {
    assertThat(refusal(new byte[0])).contains("begins neither like a zip file nor like a pickle");
    assertThat(refusal("<!doctype html>".getBytes(StandardCharsets.US_ASCII)))
        .contains("so torch.save did not write it; save it again, or convert it to safetensors");
  }
}
