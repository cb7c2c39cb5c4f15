package dev.reformer4j.checkpoint;

import static dev.reformer4j.checkpoint.Images.entry;
import static dev.reformer4j.checkpoint.Images.safetensors;
import static dev.reformer4j.checkpoint.Images.tensors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One file for every rule of the format.
class SafetensorsHostileTest {
  private static final String A = entry("a", "F32", "[1]", "[0,4]");

  static Stream<Arguments> brokenFiles() {
    return Stream.of(
        // The shell around the header.
        arguments(new byte[0], "has 0 bytes, but a safetensors file starts with 8"),
        arguments(new byte[7], "has 7 bytes"),
        arguments(new byte[8], "the header does not begin with '{'"),
        arguments(lying(-1), "header length 18446744073709551615 exceeds 100000000"),
        arguments(lying(Long.MIN_VALUE), "header length 9223372036854775808 exceeds"),
        arguments(lying(100_000_001), "header length 100000001 exceeds 100000000"),
        arguments(lying(100_000_000), "header length 100000000 runs past the"),
        arguments(lying(tensors(4, A).length - 7), "runs past the"),
        arguments(lying(10), "the header is not valid JSON near byte 18"),
        arguments(safetensors(" {" + A + "}", 4), "does not begin with '{'"),
        arguments(safetensors("\ufeff{" + A + "}", 4), "does not begin with '{'"),
        arguments(safetensors("[1]", 0), "does not begin with '{'"),
        arguments(safetensors("{" + A + "}\0", 4), "is not valid JSON"),
        arguments(safetensors("{" + A + "}{}", 4), "goes on after its closing '}'"),
        arguments(safetensors("{" + A + "} 1", 4), "goes on after its closing '}'"),
        arguments(safetensors("{" + A, 4), "is not valid JSON"),
        arguments(safetensors("{" + A + ",}", 4), "is not valid JSON"),
        arguments(safetensors("{a:1}", 0), "is not valid JSON"),
        arguments(safetensors("{/**/}", 0), "is not valid JSON"),
        arguments(safetensors("{\"a\n\":1}", 0), "is not valid JSON"),
        arguments(safetensors(latin("{\"\u00e4\":1}"), 0), "is not valid UTF-8"),
        arguments(safetensors(latin("{\"\u00c0\u0080\":1}"), 0), "is not valid UTF-8"),
        arguments(safetensors(latin("{\"\u00ed\u00a0\u0080\":1}"), 0), "is not valid UTF-8"),
        arguments(utf16("{\"a\":1}"), "is not valid JSON"),
        arguments(safetensors("{\"\\ud800\":1}", 0), "surrogate"),
        arguments(safetensors("{\"\\udc00x\":1}", 0), "surrogate"),
        // Tensors.
        arguments(tensors(4, A, A), "tensor \"a\" appears twice in the header"),
        arguments(tensors(0, "\"a\":1"), "tensor \"a\" is not an object"),
        arguments(tensors(4, "\"a\":[\"F32\",[1],[0,4]]"), "tensor \"a\" is not an object"),
        arguments(tensors(0, "\"a\":null"), "is not an object"),
        arguments(tensors(0, "\"a\":{}"), "lacks \"dtype\""),
        arguments(tensors(0, "\"a\":{\"dtype\":\"F32\"}"), "lacks \"shape\""),
        arguments(tensors(0, "\"a\":{\"dtype\":\"F32\",\"shape\":[0]}"), "lacks \"data_offsets\""),
        arguments(
            tensors(0, "\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}"),
            "tensor \"a\" has the field \"dtype\" twice"),
        arguments(
            tensors(4, entry("a", "f32", "[1]", "[0,4]")), "unknown dtype \"f32\"; known are"),
        arguments(tensors(4, entry("a", "", "[1]", "[0,4]")), "unknown dtype \"\""),
        arguments(tensors(0, "\"a\":{\"dtype\":3}"), "dtype that is not a text"),
        // Shapes and offsets.
        arguments(tensors(4, entry("a", "F32", "[-1]", "[0,4]")), "holds \"-1\"; each must be"),
        arguments(tensors(4, entry("a", "F32", "[-0]", "[0,4]")), "holds \"-0\"; each must be"),
        arguments(tensors(4, entry("a", "F32", "[1.0]", "[0,4]")), "holds \"1.0\"; each must be"),
        arguments(tensors(4, entry("a", "F32", "[1e0]", "[0,4]")), "holds \"1e0\"; each must be"),
        arguments(tensors(4, entry("a", "F32", "[01]", "[0,4]")), "is not valid JSON"),
        arguments(tensors(4, entry("a", "F32", "[NaN]", "[0,4]")), "is not valid JSON"),
        arguments(tensors(4, entry("a", "F32", "[\"1\"]", "[0,4]")), "holds \"1\"; each must be"),
        arguments(tensors(4, entry("a", "F32", "[true]", "[0,4]")), "holds \"true\""),
        arguments(tensors(4, entry("a", "F32", "[null]", "[0,4]")), "holds \"null\""),
        arguments(tensors(4, entry("a", "F32", "[[1]]", "[0,4]")), "holds something else"),
        arguments(
            tensors(4, entry("a", "F32", "1", "[0,4]")), "the shape of tensor \"a\" is not a list"),
        arguments(tensors(4, entry("a", "F32", "{}", "[0,4]")), "is not a list"),
        arguments(
            tensors(4, entry("a", "F32", "[9223372036854775808]", "[0,4]")), "at most 2^63 - 1"),
        arguments(
            tensors(4, entry("a", "F32", "[" + "9".repeat(101) + "]", "[0,4]")),
            "a number of over 100 digits"),
        arguments(
            tensors(4, entry("a", "F32", "[9223372036854775807]", "[0,4]")),
            "larger than any file"),
        arguments(
            tensors(4, entry("a", "F32", "[4294967296,4294967296]", "[0,4]")),
            "larger than any file"),
        arguments(
            tensors(4, entry("a", "F32", "[4294967297,4294967295,1]", "[0,4]")),
            "larger than any file"),
        arguments(
            tensors(0, entry("a", "F32", "[4294967296,4294967296,0]", "[0,0]")),
            "larger than any file"),
        arguments(
            tensors(4, entry("a", "F32", "[" + "1,".repeat(64) + "1]", "[0,4]")),
            "has more than 64 numbers"),
        arguments(
            tensors(4, entry("a", "F32", "[2]", "[0,4]")), "does not fill its 4 bytes exactly"),
        arguments(
            tensors(4, entry("a", "F32", "[0]", "[0,4]")), "does not fill its 4 bytes exactly"),
        arguments(
            tensors(1, entry("a", "F4", "[1]", "[0,1]")), "does not fill its 1 bytes exactly"),
        arguments(tensors(4, entry("a", "F32", "[1]", "[4,0]")), "must be a begin and an end"),
        arguments(tensors(4, entry("a", "F32", "[1]", "[0]")), "must be a begin and an end"),
        arguments(tensors(4, entry("a", "F32", "[1]", "[]")), "must be a begin and an end"),
        arguments(tensors(4, entry("a", "F32", "[1]", "[0,4,4]")), "has more than 2 numbers"),
        arguments(tensors(4, entry("a", "F32", "[1]", "[-4,0]")), "holds \"-4\""),
        arguments(
            tensors(4, entry("a", "F32", "[1]", "[0,9]")),
            "ends at byte 9 of the data, but only 4"),
        arguments(
            tensors(4, entry("a", "F32", "[1]", "[9223372036854775803,9223372036854775807]")),
            "ends at byte 9223372036854775807"),
        // The tiling of the data section.
        arguments(tensors(3, A), "ends at byte 4 of the data, but only 3"),
        arguments(tensors(5, A), "1 bytes after the last tensor belong to none"),
        arguments(tensors(1), "1 bytes after the last tensor belong to none"),
        arguments(tensors(8, entry("a", "F32", "[1]", "[4,8]")), "begins at byte 4 of the data"),
        arguments(
            tensors(4, A, entry("b", "F32", "[1]", "[0,4]")), "tensor \"b\" begins at byte 0"),
        arguments(
            tensors(6, A, entry("b", "F32", "[1]", "[2,6]")), "tensor \"b\" begins at byte 2"),
        arguments(
            tensors(4, A, entry("z", "F32", "[0]", "[2,2]")), "tensor \"z\" begins at byte 2"),
        // Metadata.
        arguments(tensors(0, "\"__metadata__\":1"), "__metadata__ is not an object"),
        arguments(tensors(0, "\"__metadata__\":null"), "__metadata__ is not an object"),
        arguments(tensors(0, "\"__metadata__\":{\"k\":1}"), "__metadata__ \"k\" is not a text"),
        arguments(tensors(0, "\"__metadata__\":{\"k\":{}}"), "__metadata__ \"k\" is not a text"),
        arguments(
            tensors(0, "\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}"),
            "__metadata__ \"k\" appears twice"),
        arguments(
            tensors(0, "\"__metadata__\":{}", "\"__metadata__\":{}"), "__metadata__ appears twice"),
        arguments(tensors(0, "\"__metadata__\":{\"k\":\"\\ud800\"}"), "half a surrogate pair"));
  }

  private static byte[] lying(long length) {
    byte[] image = tensors(4, A);
    ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    return image;
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// Begins with `{` and is UTF-16 to a reader that guesses.
  private static byte[] utf16(String text) {
    return safetensors(text.getBytes(StandardCharsets.UTF_16LE), 0);
  }

  @ParameterizedTest
  @MethodSource("brokenFiles")
  void aFileThatBreaksARuleIsRefusedInOneSentence(byte[] image, String sentence) {
    assertThatThrownBy(() -> Images.openSafetensors(image).close())
        .isExactlyInstanceOf(TensorFileException.class)
        .hasMessageStartingWith("x.safetensors: ")
        .hasMessageContaining(sentence)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
  }

  static Stream<byte[]> oddButValidFiles() {
    return Stream.of(
        tensors(0),
        safetensors("{" + A + "} \n\t\r ", 4),
        tensors(4, "\"__metadata__\":{}", A),
        tensors(4, A, entry("z", "F32", "[0]", "[4,4]")),
        tensors(4, A, entry("z", "F32", "[0]", "[0,0]")),
        tensors(4, entry("a", "F32", "[]", "[0,4]")),
        tensors(4, entry("", "F32", "[1]", "[0,4]")),
        tensors(4, entry("a", "F32", "[" + "1,".repeat(63) + "1]", "[0,4]")),
        tensors(
            4,
            "\"a\":{\"data_offsets\":[0,4],\"x\":[{\"y\":1e9}],\"dtype\":\"F32\",\"shape\":[1]}"),
        tensors(0, entry("a", "F32", "[0,99999999999]", "[0,0]")),
        tensors(3, entry("a", "F6_E2M3", "[4]", "[0,3]")),
        tensors(4, entry("\\ud83d\\ude00 \\u0000", "F32", "[1]", "[0,4]")));
  }

  @ParameterizedTest
  @MethodSource("oddButValidFiles")
  void whatTheFormatAllowsIsRead(byte[] image) throws IOException {
    try (Safetensors file = Images.openSafetensors(image)) {
      long covered = file.tensors().values().stream().mapToLong(TensorInfo::bytes).sum();
      assertThat(covered).isLessThanOrEqualTo(4);
    }
  }

  @Test
  void anAxisBeyondIntIsListedAndRefusedAsATensor() throws IOException {
    byte[] image = tensors(0, entry("a", "F32", "[0,99999999999]", "[0,0]"));
    try (Safetensors file = Images.openSafetensors(image)) {
      assertThat(file.info("a").shape()).containsExactly(0, 99999999999L);
      assertThatThrownBy(() -> file.floats("a"))
          .isInstanceOf(TensorFileException.class)
          .hasMessageContaining("axis beyond 2147483647");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void deepNestingEndsEarly(String opening) {
    String deep = "{\"a\":{\"x\":" + opening.repeat(1_000_000);
    assertThatThrownBy(() -> Images.openSafetensors(safetensors(deep, 0)).close())
        .isInstanceOf(TensorFileException.class)
        .hasMessageContaining("nests deeper than 16 levels");
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] image = Images.golden("every_dtype.safetensors");
    for (int length = 0; length < image.length; length++) {
      byte[] piece = Arrays.copyOf(image, length);
      assertThatThrownBy(() -> Images.openSafetensors(piece).close())
          .as("length %d", length)
          .isInstanceOf(TensorFileException.class);
    }
  }

  static Stream<String> crowdedHeaders() {
    int many = 100_000;
    StringBuilder tensors = new StringBuilder("{");
    StringBuilder metadata = new StringBuilder("{\"__metadata__\":{");
    StringBuilder fields = new StringBuilder("{\"a\":{");
    for (int i = 0; i < many; i++) {
      String comma = i == 0 ? "" : ",";
      tensors.append(comma).append(entry("" + i, "U8", "[0]", "[0,0]"));
      metadata.append(comma).append("\"").append(i).append("\":\"\"");
      fields.append(comma).append("\"").append(i).append("\":0");
    }
    return Stream.of(
        tensors + "}",
        metadata + "}}",
        fields + "}}",
        "{\"" + "x".repeat(5_000_000) + "\":1}",
        "{\"__metadata__\":{\"k\":\"" + "x".repeat(5_000_000) + "\"}}",
        "{\"a\":{\"shape\":[" + "0,".repeat(2_000_000) + "0]}}",
        "{\"a\":{\"x\":[" + "[],".repeat(2_000_000) + "0]}}",
        "{" + " ".repeat(5_000_000) + "}");
  }

  @ParameterizedTest
  @MethodSource("crowdedHeaders")
  void openingAllocatesAtMostAFewTimesTheHeader(String header) {
    byte[] image = safetensors(header, 0);
    long before = Allocation.bytes();
    try (Safetensors file = Images.openSafetensors(image)) {
      assertThat(file.metadata()).isNotNull();
    } catch (TensorFileException e) {
      assertThat(e.getMessage()).hasSizeLessThan(600);
    }
    assertThat(Allocation.bytes() - before).isLessThan(24L * image.length + (1 << 20));
  }

  @Test
  void namesAreQuotedSoThatTheyCannotDisturbATerminal() {
    String name = "\u001b[2J\u202e" + "x".repeat(100) + "\"";
    byte[] image =
        tensors(0, "\"" + name.replace("\u001b", "\\u001b").replace("\"", "\\\"") + "\":1");
    assertThatThrownBy(() -> Images.openSafetensors(image).close())
        .hasMessageContaining(
            "tensor \"\\u001b[2J\\u202e" + "x".repeat(55) + "…\" is not an object");
  }
}
