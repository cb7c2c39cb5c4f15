package dev.reformer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Finds the files of a model, and several files that must agree.
class CheckpointTest {
  private static final String INDEX = "model.safetensors.index.json";

  @TempDir Path directory;

  private Path put(String file, float value, String... names) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (String name : names) {
      writer.add(name, Tensor.of(new float[] {value}, 1));
    }
    writer.write(directory.resolve(file));
    return directory.resolve(file);
  }

  private void index(String... entries) throws IOException {
    Files.writeString(
        directory.resolve(INDEX), "{\"weight_map\":{" + String.join(",", entries) + "}}");
  }

  private String refusal(Path path) {
    try (Weights weights = Checkpoint.open(path)) {
      return "read " + weights.names();
    } catch (TensorFileException e) {
      assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(2000);
      return e.getMessage();
    }
  }

  @Test
  void aSingleFileIsPreferredToAnIndex() throws IOException {
    index("\"x\":\"one\"");
    put("one", 1, "x");
    assertThat(value(directory)).isEqualTo(1);
    put("model.safetensors", 2, "x");
    assertThat(value(directory)).isEqualTo(2);
    assertThat(value(directory.resolve(INDEX))).isEqualTo(1);
    assertThat(value(directory.resolve("one"))).isEqualTo(1);
  }

  private static float value(Path path) throws IOException {
    try (Weights weights = Checkpoint.open(path)) {
      return weights.floats("x").data()[0];
    }
  }

  @Test
  void aDirectoryWithoutAModelSaysWhatItHolds() throws IOException {
    assertThat(refusal(directory))
        .endsWith(
            "holds none of model.safetensors, model.safetensors.index.json, pytorch_model.bin,"
                + " pytorch_model.bin.index.json, but is empty; name the directory or the file of"
                + " a model");
    Files.writeString(directory.resolve("tf_model.h5"), "");
    Files.writeString(directory.resolve("config.json"), "");
    assertThat(refusal(directory))
        .contains("index.json, but \"config.json\", \"tf_model.h5\"; name");
    assertThat(refusal(directory.resolve("nothing"))).contains("there is no such file");
  }

  @Test
  void anLfsPointerIsCalledOne() throws IOException {
    Files.writeString(
        directory.resolve("model.safetensors"),
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n");
    assertThat(refusal(directory)).endsWith("fetch that with: git lfs pull");
  }

  @Test
  void severalFilesAreOneNamespace() throws IOException {
    index("\"b\":\"two\"", "\"a\":\"one\"", "\"c\":\"two\"");
    Path one = put("one", 1, "a");
    Path two = put("two", 2, "b", "c");
    try (Weights weights = Checkpoint.open(directory)) {
      assertThat(weights.names()).containsExactly("b", "c", "a");
      assertThat(weights.floats("a").data()).containsExactly(1);
      assertThat(weights.floats("c").data()).containsExactly(2);
      assertThat(weights.info("c")).hasToString("\"c\" F32 [1]");
      assertThat(weights.source("a")).isEqualTo(one);
      assertThat(weights.source("b")).isEqualTo(two);
      assertThatThrownBy(() -> weights.floats("d"))
          .isInstanceOf(TensorFileException.class)
          .hasMessageEndingWith("has no tensor \"d\"; it holds \"b\", \"c\", \"a\"");
    }
  }

  @Test
  void filesThatDisagreeWithTheIndexAreRefused() throws IOException {
    index("\"a\":\"one\"", "\"b\":\"two\"", "\"c\":\"three\"");
    put("one", 1, "a");
    assertThat(refusal(directory))
        .endsWith(
            "2 of the 3 files it names are not beside it: \"two\", \"three\"; put them there");
    put("two", 2, "b");
    put("three", 3);
    assertThat(refusal(directory)).contains("three: lacks tensor \"c\", which the index " + INDEX);
    put("three", 3, "c", "d");
    assertThat(refusal(directory))
        .contains("three: holds tensor \"d\", which the index " + INDEX)
        .contains("does not name; the files are of different savings");
    put("three", 3, "c", "a");
    assertThat(refusal(directory))
        .contains("three: holds tensor \"a\"")
        .contains("places in \"one\"");
    put("three", 3, "c");
    assertThat(refusal(directory)).isEqualTo("read [a, b, c]");
    Files.writeString(directory.resolve("two"), "no tensors");
    assertThat(refusal(directory)).startsWith(directory.resolve("two") + ": ");
  }

  @Test
  void anIndexCannotNameItself() throws IOException {
    index("\"a\":\"" + INDEX + "\"");
    assertThat(refusal(directory)).startsWith(directory.resolve(INDEX) + ": ");
  }

  static Stream<Arguments> brokenIndices() {
    Stream<Arguments> paths =
        Stream.of(
                "",
                ".",
                "..",
                "../x",
                "a/../../x",
                "/etc/passwd",
                "sub/x",
                "..\\\\x",
                "C:x",
                "a\\u0000b",
                "\\ud800")
            .map(path ->
                arguments(
                    "{\"weight_map\":{\"t\":\"" + path + "\"}}",
                    "but a shard must be a file beside the index"));
    return Stream.concat(
        paths,
        Stream.of(
            arguments("", "the index does not begin with '{'"),
            arguments("[]", "the index does not begin with '{'"),
            arguments("{", "the index is not valid JSON near byte 1"),
            arguments("{}", "the index has no \"weight_map\""),
            arguments("{\"metadata\":{}}", "the index has no \"weight_map\""),
            arguments("{\"weight_map\":{}}", "the index has no \"weight_map\""),
            arguments("{\"weight_map\":[]}", "\"weight_map\" is not an object"),
            arguments("{\"weight_map\":null}", "\"weight_map\" is not an object"),
            arguments("{\"weight_map\":{\"t\":1}}", "gives tensor \"t\" no file name"),
            arguments("{\"weight_map\":{\"t\":\"x\"}", "the index is not valid JSON"),
            arguments("{\"weight_map\":{\"t\":\"x\"}} {}", "goes on after its closing"),
            arguments("{\"weight_map\":{\"t\":\"x\",\"t\":\"x\"}}", "tensor \"t\" twice"),
            arguments(
                "{\"weight_map\":{\"t\":\"x\"},\"weight_map\":{\"u\":\"x\"}}", "appears twice"),
            arguments("{\"weight_map\":{\"\\udc00\":\"x\"}}", "surrogate"),
            arguments("{\"metadata\":" + "[".repeat(50_000), "nests deeper than 16"),
            arguments("{\"weight_map\":{\"t\":\"x\"}}", "1 of the 1 files it names are not")));
  }

  @ParameterizedTest
  @MethodSource("brokenIndices")
  void aBrokenIndexIsRefusedInASentence(String json, String sentence) throws IOException {
    Files.write(directory.resolve(INDEX), json.getBytes(StandardCharsets.UTF_8));
    assertThat(refusal(directory)).contains(sentence);
  }

  @Test
  void whatAnIndexSaysBesideTheMapIsSkipped() throws IOException {
    put("x", 1, "t");
    for (String json :
        List.of(
            "{\"metadata\":{\"total_size\":8,\"a\":[{}]},\"weight_map\":{\"t\":\"x\"}}",
            " {\"weight_map\" : {\"t\" : \"x\"}, \"metadata\": null, \"more\": 1.5}\n")) {
      Files.writeString(directory.resolve(INDEX), json);
      assertThat(refusal(directory)).isEqualTo("read [t]");
    }
  }
}
