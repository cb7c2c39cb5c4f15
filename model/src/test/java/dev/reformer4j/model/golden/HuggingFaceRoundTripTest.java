package dev.reformer4j.model.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.SafetensorsWriter;
import dev.reformer4j.model.AxialShape;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// Against Hugging Face itself, where it is installed: `-Dreformer4j.python=python3`.
@EnabledIfSystemProperty(
    named = "reformer4j.python",
    matches = ".+",
    disabledReason =
        "needs Python: pip install torch transformers, then -Dreformer4j.python=python3")
@Timeout(600)
class HuggingFaceRoundTripTest {
  private static final double TOLERANCE = 1e-5;

  @TempDir Path directory;

  private void python(String command, Path path) throws Exception {
    Process process =
        new ProcessBuilder(
                System.getProperty("reformer4j.python"),
                "-B", // no cache beside the data
                GoldenModel.directory().resolve("roundtrip.py").toString(),
                command,
                path.toString())
            .redirectOutput(directory.resolve("output").toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor()).as("what Python said is above").isZero();
  }

  @Test
  void whatHuggingFaceSavesGivesTheSameHere() throws Exception {
    Path theirs = Files.createDirectory(directory.resolve("theirs"));
    python("make", theirs);
    List<GoldenModel> models = GoldenModel.in(theirs);
    assertThat(models).hasSize(HeadKind.values().length);
    for (GoldenModel model : models) {
      compare(Reformer.load(model.path()), model);
    }
  }

  @Test
  void whatIsSavedHereLoadsInHuggingFaceGivesTheSameAndComesBackWhole() throws Exception {
    Path ours = Files.createDirectory(directory.resolve("ours"));
    Map<String, Reformer> saved = new LinkedHashMap<>();
    for (HeadKind kind : HeadKind.values()) {
      saved.put("created " + kind, Reformer.create(config(kind), 5));
    }
    for (GoldenModel golden : GoldenModel.all()) {
      saved.put(golden.toString(), Reformer.load(golden.path()));
    }
    for (Map.Entry<String, Reformer> entry : saved.entrySet()) {
      save(entry.getValue(), ours.resolve(entry.getKey()), DType.F32);
    }
    for (DType half : List.of(DType.F16, DType.BF16)) {
      Path path = ours.resolve("half " + half);
      save(saved.get("lm_wide"), path, half);
      saved.put("half " + half, Reformer.load(path));
    }

    python("answer", ours);

    for (GoldenModel model : GoldenModel.in(ours)) {
      Reformer before = saved.get(model.toString());
      compare(before, model);
      Path again = directory.resolve("ours-again").resolve(model.toString());
      Reformer after = Reformer.load(again);
      assertThat(after.config()).as(model.toString()).isEqualTo(before.config());
      assertThat(numbers(after)).as(model.toString()).isEqualTo(numbers(before));
    }
  }

  /// Our own settings are nothing to Hugging Face, but it carries them along.
  @Test
  void ourSettingsSurviveHuggingFace() throws Exception {
    Path ours = Files.createDirectory(directory.resolve("ours"));
    ReformerConfig config =
        config(HeadKind.LANGUAGE_MODEL).toBuilder().countOnce(true).rotationSeed(7).build();
    save(Reformer.create(config, 6), ours.resolve("model"), DType.F32);
    python("answer", ours);
    assertThat(Reformer.load(directory.resolve("ours-again/model")).config().rotationSeed())
        .isEqualTo(7);
    assertThat(Reformer.load(directory.resolve("ours-again/model")).config().countOnce()).isTrue();
  }

  private static ReformerConfig config(HeadKind kind) {
    return ReformerConfig.builder()
        .architectures(List.of(kind.architecture()))
        .causal(kind == HeadKind.LANGUAGE_MODEL)
        .layers(LayerKind.LSH, LayerKind.LOCAL)
        .dModel(24)
        .axial(AxialShape.of(128, 24, 2))
        .heads(3)
        .headSize(7)
        .feedForwardSize(31)
        .vocabularySize(101)
        .lshChunk(8)
        .localChunk(8)
        .buckets(4, 2)
        .rounds(2)
        .hashSeed(OptionalLong.of(3))
        .build();
  }

  private static void save(Reformer model, Path path, DType dtype) throws IOException {
    Files.createDirectory(path);
    model.save(path, dtype);
    // A length that needs padding, where Hugging Face can run its head in chunks at all.
    int n = Math.min(model.config().chunkSizeLmHead() > 0 ? 48 : 45, model.positions());
    int[] ids = new SplittableRandom(1).ints(n, 0, model.config().vocabularySize()).toArray();
    new SafetensorsWriter().add("ids", ids, n).write(path.resolve("ids.safetensors"));
  }

  private static void compare(Reformer model, GoldenModel golden) throws IOException {
    assertThat(golden.inputs()).isNotEmpty();
    try (Workers workers = Workers.of(2)) {
      for (GoldenModel.Input input : golden.inputs()) {
        golden.check(
            "hidden", input, input.hidden(), model.hidden(input.ids(), workers), TOLERANCE);
        if (input.logits().isPresent()) {
          golden.check(
              "logits", input, input.logits().get(), model.logits(input.ids(), workers), TOLERANCE);
        }
      }
    }
  }

  private static Map<String, List<Float>> numbers(Reformer model) {
    Map<String, List<Float>> numbers = new TreeMap<>();
    model
        .parameters()
        .forEach((name, parameter) -> {
          List<Float> list = new ArrayList<>();
          for (float number : parameter.value().data()) {
            list.add(number);
          }
          numbers.put(name, list);
        });
    return numbers;
  }
}
