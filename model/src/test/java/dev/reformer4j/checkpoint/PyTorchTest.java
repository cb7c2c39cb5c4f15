package dev.reformer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that `torch.save` wrote, against what `torch.load` reads of them.
class PyTorchTest {
  @TempDir Path directory;

  private static Weights open(String name) throws TensorFileException {
    return Images.open(Images.golden("pytorch/" + name + ".bin"), name + ".bin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "state",
        "legacy",
        "protocol4",
        "protocol5",
        "trainer",
        "wrapped",
        "small",
        "deflated",
        "big_endian"
      })
  void everyTensorIsWhatTorchLoadSays(String name) throws IOException {
    try (Weights mine = open(name);
        Safetensors theirs =
            Images.openSafetensors(Images.golden("pytorch/" + name + ".safetensors"))) {
      assertThat(mine.names().stream().filter(tensor -> isFloat(mine, tensor)))
          .containsExactlyInAnyOrderElementsOf(theirs.names());
      for (String tensor : theirs.names()) {
        Tensor numbers = mine.floats(tensor);
        assertThat(numbers.shape()).as(tensor).isEqualTo(theirs.floats(tensor).shape());
        // By bits, but for the payload of a NaN.
        assertThat(bits(numbers)).as(tensor).isEqualTo(bits(theirs.floats(tensor)));
      }
    }
  }

  private static boolean isFloat(Weights weights, String name) {
    try {
      return weights.info(name).dtype().isFloat();
    } catch (TensorFileException e) {
      throw new AssertionError(e);
    }
  }

  private static int[] bits(Tensor tensor) {
    int[] bits = new int[tensor.size()];
    Arrays.setAll(bits, i -> Float.floatToIntBits(tensor.data()[i]));
    return bits;
  }

  @Test
  void tensorsOfOtherDtypesAreListed() throws IOException {
    try (Weights weights = open("state")) {
      assertThat(weights.info("i64")).hasToString("\"i64\" I64 [2]");
      assertThat(weights.info("i16").dtype()).isEqualTo(DType.I16);
      assertThat(weights.info("i8").dtype()).isEqualTo(DType.I8);
      assertThat(weights.info("u8").dtype()).isEqualTo(DType.U8);
      assertThat(weights.info("u16").dtype()).isEqualTo(DType.U16);
      assertThat(weights.info("truth").dtype()).isEqualTo(DType.BOOL);
      assertThat(weights.info("f8").dtype()).isEqualTo(DType.F8_E4M3);
      assertThat(weights.info("brain").bytes()).isEqualTo(12);
      assertThatThrownBy(() -> weights.floats("i32"))
          .isInstanceOf(TensorFileException.class)
          .hasMessageContaining(
              "tensor \"i32\" has dtype I32, but F32, F16, BF16 or F64 is needed");
      assertThatThrownBy(() -> weights.floats("nothing"))
          .isInstanceOf(TensorFileException.class)
          .hasMessageContaining("has no tensor \"nothing\"; it holds \"matrix\", \"tied\",");
    }
  }

  @Test
  void theOrderIsThatOfTheDictionary() throws IOException {
    try (Weights weights = open("state")) {
      assertThat(weights.names()).startsWith("matrix", "tied", "transposed").endsWith("é 😀");
    }
  }

  @Test
  void aDirectoryWithOneIsAModelAndSafetensorsArePreferred() throws IOException {
    Files.write(directory.resolve("pytorch_model.bin"), Images.golden("pytorch/small.bin"));
    try (Weights weights = Checkpoint.open(directory)) {
      assertThat(weights.floats("matrix").data()[1]).isEqualTo(8);
      assertThat(weights.source("half")).isEqualTo(directory.resolve("pytorch_model.bin"));
    }
    new SafetensorsWriter().add("x", Tensor.zeros(1)).write(directory.resolve("model.safetensors"));
    try (Weights weights = Checkpoint.open(directory)) {
      assertThat(weights.names()).containsExactly("x");
    }
  }

  @Test
  void severalFilesAreOneNamespace() throws IOException {
    Files.write(directory.resolve("one.bin"), Images.golden("pytorch/wrapped.bin"));
    Files.write(directory.resolve("two.bin"), Images.golden("pytorch/small.bin"));
    Files.writeString(
        directory.resolve("pytorch_model.bin.index.json"),
        """
        {"weight_map": {"a": "one.bin", "matrix": "two.bin", "half": "two.bin", "scalar": "two.bin"}}
        """);
    try (Weights weights = Checkpoint.open(directory)) {
      assertThat(weights.names()).containsExactly("a", "matrix", "half", "scalar");
      assertThat(weights.floats("scalar").data()).containsExactly(2);
      assertThat(weights.source("a")).isEqualTo(directory.resolve("one.bin"));
    }
  }

  @Test
  void whatAFileIsDoesNotHangOnAnUnusualName() throws IOException {
    // 0x0280 = 640 bytes of header begin as a pickle does.
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata("k", "v".repeat(640 - 81)).add("x", Tensor.zeros(1));
    writer.write(directory.resolve("odd"));
    assertThat(Files.readAllBytes(directory.resolve("odd"))).startsWith(0x80, 2, 0, 0);
    for (String name : List.of("small", "legacy")) {
      Files.write(directory.resolve(name), Images.golden("pytorch/" + name + ".bin"));
    }
    for (String name : List.of("odd", "small", "legacy")) {
      try (Weights weights = Checkpoint.open(directory.resolve(name))) {
        assertThat(weights.names()).isNotEmpty();
      }
    }
  }
}
