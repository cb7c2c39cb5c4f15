package dev.reformer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// Against the official libraries, where they are installed: `-Dreformer4j.python=python3`.
@EnabledIfSystemProperty(
    named = "reformer4j.python",
    matches = ".+",
    disabledReason =
        "needs Python: pip install numpy safetensors torch transformers, then -Dreformer4j.python=python3")
@Timeout(300)
class PythonPeerTest {
  @TempDir Path directory;

  private Path script;

  @BeforeEach
  void unpackScript() throws IOException {
    script = Files.write(directory.resolve("python_peer.py"), Images.golden("python_peer.py"));
  }

  private List<String> python(String command, Path... paths) throws Exception {
    List<String> line = new ArrayList<>();
    line.addAll(List.of(System.getProperty("reformer4j.python"), script.toString(), command));
    for (Path path : paths) {
      line.add(path.toString());
    }
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(line)
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor()).isZero();
    return Files.readAllLines(output);
  }

  private static Tensor random(long seed, int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.data()[i] = Float.intBitsToFloat(random.nextInt());
    }
    return tensor;
  }

  @Test
  void pythonReadsWhatIsWrittenHereAndWritesTheSameBytes() throws Exception {
    Path mine = directory.resolve("mine.safetensors");
    Path theirs = directory.resolve("theirs.safetensors");
    new SafetensorsWriter()
        .add("qk", random(1, 2, 1009, 64))
        .add("v", random(2, 2, 1009, 31))
        .add("half", Tensor.of(new float[] {1, 1e-7f, -65504}, 3), DType.F16)
        .add("scalar", random(3))
        .add("empty", random(4, 3, 0))
        .add("ids", new SplittableRandom(5).ints(997).toArray(), 997)
        .add("longs", new SplittableRandom(6).longs(499).toArray(), 499)
        .write(mine);
    python("rewrite", mine, theirs);
    assertThat(theirs).hasSameBinaryContentAs(mine);
  }

  @Test
  void numPyReadsWhatIsWrittenHereAndWritesTheSameBytes() throws Exception {
    Path mine = directory.resolve("mine.npy");
    Path theirs = directory.resolve("theirs.npy");
    for (int[] shape : new int[][] {{}, {0}, {1}, {1009}, {2, 3, 5, 7, 11}}) {
      Npy.write(mine, random(7, shape));
      python("renpy", mine, theirs);
      assertThat(theirs).hasSameBinaryContentAs(mine);
    }
  }

  /// Matrices of all shapes, in numbers that the dtype holds exactly.
  private static SequencedMap<String, Tensor> model() {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 40; i++) {
      Tensor tensor = Tensor.zeros(1 + random.nextInt(70), random.nextInt(50));
      for (int j = 0; j < tensor.size(); j++) {
        tensor.data()[j] = random.nextInt(-128, 128) / 64f;
      }
      tensors.put("layer." + i, tensor);
    }
    return tensors;
  }

  private static void requireEqual(Weights weights, SequencedMap<String, Tensor> tensors)
      throws IOException {
    assertThat(weights.names()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
    for (String name : weights.names()) {
      assertThat(weights.floats(name).shape()).isEqualTo(tensors.get(name).shape());
      assertThat(weights.floats(name).data()).isEqualTo(tensors.get(name).data());
    }
  }

  @Test
  void transformersFindsAModelThatWasWrittenHere() throws Exception {
    for (DType dtype : List.of(DType.F32, DType.F16, DType.BF16)) {
      for (long limit : new long[] {Checkpoint.SHARD_BYTES, 9000, 1}) {
        // Each over the one before, so that names of both savings occur.
        Path mine = directory.resolve("model");
        Checkpoint.write(mine, model(), dtype, limit);
        Path theirs = directory.resolve("theirs.safetensors");
        python("model", mine, theirs);
        try (Weights weights = Checkpoint.open(theirs)) {
          requireEqual(weights, model());
        }
      }
    }
  }

  @Test
  void whatTorchSavesAsViewsIsReadHere() throws Exception {
    for (DType dtype : List.of(DType.F32, DType.F16, DType.BF16)) {
      Path mine = directory.resolve("views");
      Checkpoint.write(mine, model(), dtype, Checkpoint.SHARD_BYTES);
      python("views", mine.resolve("model.safetensors"), directory);
      for (String file : List.of("zip.bin", "legacy.bin")) {
        try (Weights weights = Checkpoint.open(directory.resolve(file))) {
          requireEqual(weights, model());
          assertThat(weights.info("layer.3").dtype()).isEqualTo(dtype);
        }
      }
    }
  }

  /// What is accepted here must be accepted there: nothing slips through. The other way round the
  /// reader here is stricter in the few points that [SafetensorsHeader] lists.
  @Test
  void everyDamagedFileThatPythonRefusesIsRefusedHere() throws Exception {
    Path files = Files.createDirectory(directory.resolve("files"));
    FileMutator mutator = new FileMutator();
    for (int seed = 0; seed < 5000; seed++) {
      Files.write(files.resolve("%05d".formatted(seed)), mutator.safetensors(seed));
    }
    int accepted = 0;
    List<String> stricter = new ArrayList<>();
    for (String line : python("verdicts", files)) {
      Path file = files.resolve(line.substring(0, 5));
      String sentence = refusal(file);
      if (line.endsWith("refused")) {
        assertThat(sentence).as(line).isNotEmpty();
      } else if (sentence.isEmpty()) {
        accepted++;
      } else {
        stricter.add(sentence);
      }
    }
    assertThat(accepted).isGreaterThan(100);
    assertThat(stricter)
        .allMatch(sentence ->
            sentence.contains("twice")
                || sentence.contains("does not begin with '{'")
                || sentence.contains("__metadata__ is not an object")
                || sentence.contains("is not an object; it must hold"));
  }

  private static String refusal(Path file) {
    try (Safetensors _ = Safetensors.open(file)) {
      return "";
    } catch (TensorFileException e) {
      return e.getMessage();
    }
  }
}
