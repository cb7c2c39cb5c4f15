package dev.reformer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Saves models over one another.
@Timeout(120)
class CheckpointWriterTest {
  private static final long ONE_FILE = Checkpoint.SHARD_BYTES;

  @TempDir Path directory;

  /// `count` tensors of three numbers, all of them `value`.
  private static SequencedMap<String, Tensor> model(int count, float value) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      tensors.put("layer." + i, Tensor.of(new float[] {value, value, value}, 3));
    }
    return tensors;
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void requireModel(int count, float value) throws IOException {
    try (Weights weights = Checkpoint.open(directory)) {
      assertThat(weights.names()).hasSize(count);
      for (String name : weights.names()) {
        assertThat(weights.floats(name).data()).containsOnly(value);
      }
    }
  }

  @Test
  void severalFilesAreWhatTransformersWrites() throws IOException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    List<String> names = List.of("b", "big", "a", "c", "é😀\uffee", "c/d");
    List<Integer> sizes = List.of(5, 40, 6, 7, 1, 1);
    for (int i = 0; i < names.size(); i++) {
      float[] ramp = new float[sizes.get(i)];
      for (int at = 0; at < ramp.length; at++) {
        ramp[at] = at;
      }
      tensors.put(names.get(i), Tensor.of(ramp, ramp.length));
    }
    Checkpoint.write(directory, tensors, DType.F32, 48);
    assertThat(files())
        .containsExactly(
            "model-00001-of-00003.safetensors",
            "model-00002-of-00003.safetensors",
            "model-00003-of-00003.safetensors",
            "model.safetensors.index.json");
    for (String file : files()) {
      assertThat(directory.resolve(file))
          .as(file)
          .hasBinaryContent(Images.golden("sharded/" + file));
    }
  }

  @Test
  void whatIsWrittenIsReadWhateverTheNumberOfFiles() throws IOException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("matrix", Tensor.of(new float[] {1, -2, 0.5f, 65504, 0, -0f}, 2, 3));
    tensors.put("scalar", Tensor.of(new float[] {Float.NEGATIVE_INFINITY}));
    tensors.put("empty", Tensor.zeros(0, 4));
    tensors.put("last", Tensor.of(new float[] {3, 4}, 2));
    for (DType dtype : List.of(DType.F32, DType.F16)) {
      for (long limit : new long[] {1, 4, 8, 23, 24, 25, ONE_FILE}) {
        Checkpoint.write(directory, tensors, dtype, limit);
        try (Weights weights = Checkpoint.open(directory)) {
          assertThat(weights.names()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
          for (String name : weights.names()) {
            assertThat(weights.info(name).dtype()).isEqualTo(dtype);
            assertThat(weights.source(name)).exists();
            assertThat(weights.floats(name).shape()).isEqualTo(tensors.get(name).shape());
            assertThat(weights.floats(name).data()).isEqualTo(tensors.get(name).data());
          }
        }
      }
    }
  }

  @Test
  void theFilesOfTheFormerSavingAreRemovedAndOthersStay() throws IOException {
    Files.writeString(directory.resolve("config.json"), "{}");
    Files.writeString(directory.resolve("model.txt"), "mine");
    int saving = 0;
    // One file, several, the same several again, fewer, one: every way from one kind to the other.
    for (int shards : new int[] {1, 3, 3, 3, 2, 1, 1, 2, 1}) {
      saving++;
      Checkpoint.write(directory, model(6, saving), DType.F32, 6 / shards * 12L);
      requireModel(6, saving);
      assertThat(files()).contains("config.json", "model.txt");
      assertThat(files()).hasSize(2 + (shards == 1 ? 1 : shards + 1));
    }
  }

  @Test
  void aSavingThatFailsLeavesTheFormerAndNothingElse() throws IOException {
    for (long former : new long[] {ONE_FILE, 12, 24}) {
      Checkpoint.write(directory, model(6, 7), DType.F32, former);
      List<String> before = files();
      SequencedMap<String, Tensor> tensors = model(6, 1);
      tensors.put("too.large", Tensor.of(new float[] {0, 65520}, 2));
      for (long limit : new long[] {ONE_FILE, 6, 12}) {
        assertThatThrownBy(() -> Checkpoint.write(directory, tensors, DType.F16, limit))
            .isInstanceOf(TensorFileException.class)
            .hasMessageContaining("tensor \"too.large\" holds 65520.0 at index 1, beyond F16's")
            .hasMessageEndingWith("write it as F32");
        assertThat(files()).isEqualTo(before);
        requireModel(6, 7);
      }
    }
  }

  @Test
  void whatAnInterruptedSavingLeftIsInNobodysWay() throws IOException {
    Files.writeString(directory.resolve("model-00002-of-00003.safetensors"), "half");
    Checkpoint.write(directory, model(3, 1), DType.F32, 12);
    requireModel(3, 1);
    assertThat(files())
        .containsExactly(
            "model-2-00001-of-00003.safetensors",
            "model-2-00002-of-00003.safetensors",
            "model-2-00003-of-00003.safetensors",
            "model.safetensors.index.json");
  }

  @Test
  void aReaderSeesOneSavingAndNeverTwo() throws Exception {
    Checkpoint.write(directory, model(6, 0), DType.F32, 24);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              try {
                long[] limits = {24, 24, 12, ONE_FILE, 36};
                for (int saving = 1; saving <= 60; saving++) {
                  Checkpoint.write(
                      directory, model(6, saving), DType.F32, limits[saving % limits.length]);
                }
              } catch (IOException | RuntimeException e) {
                failure.set(e);
              }
            });
    int seen = 0;
    float last = -1;
    while (writer.isAlive()) {
      try (Weights weights = Checkpoint.open(directory)) {
        float value = weights.floats("layer.0").data()[0];
        for (String name : weights.names()) {
          assertThat(weights.floats(name).data()).containsOnly(value);
        }
        assertThat(weights.names()).hasSize(6);
        assertThat(value).isGreaterThanOrEqualTo(last);
        last = value;
        seen++;
      }
    }
    writer.join();
    assertThat(failure.get()).isNull();
    assertThat(seen).isGreaterThan(10);
    requireModel(6, 60);
  }

  @Test
  void theDirectoryIsCreated() throws IOException {
    Path deep = directory.resolve("a/b");
    Checkpoint.write(deep, model(1, 7), DType.BF16, 1);
    assertThat(deep.resolve("model.safetensors")).exists();
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> Checkpoint.write(file, model(1, 7), DType.F32, 1))
        .isInstanceOf(TensorFileException.class)
        .hasMessageStartingWith("cannot write " + file + ": it is a file; name a directory");
  }

  @Test
  void badArgumentsAreRefusedBeforeAnythingIsWritten() throws IOException {
    assertThatThrownBy(() -> Checkpoint.write(directory, model(1, 1), DType.F32, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxShardBytes is 0; it must be positive");
    assertThatThrownBy(() -> Checkpoint.write(directory, model(1, 1), DType.F64, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use F32, F16 or BF16");
    SequencedMap<String, Tensor> tensors = model(2, 1);
    tensors.put("__metadata__", Tensor.zeros(1));
    assertThatThrownBy(() -> Checkpoint.write(directory, tensors, DType.F32, 12))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(files()).isEmpty();
  }

  @Test
  void noTensorsAreAModelToo() throws IOException {
    Checkpoint.write(directory, model(0, 0), DType.F32, 1);
    requireModel(0, 0);
  }
}
