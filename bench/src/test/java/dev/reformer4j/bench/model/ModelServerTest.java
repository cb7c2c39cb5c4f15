package dev.reformer4j.bench.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.DType;
import dev.reformer4j.checkpoint.Npy;
import dev.reformer4j.model.AxialShape;
import dev.reformer4j.model.LayerKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.tensor.Tensor;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelServerTest {
  @TempDir Path directory;

  @Test
  void aModelIsAskedForAllThatIsTimed() throws IOException {
    Reformer model = model();
    int[] ids = ModelSubject.randomIds(40);
    String of = "\"name\":\"m\",\"ids\":\"" + ids(ids) + "\"";
    Path out = directory.resolve("logits.npy");
    List<String> answers =
        answers(
            "{\"do\":\"load\",\"name\":\"m\",\"dir\":\"" + directory + "\"}",
            "{\"do\":\"logits\"," + of + ",\"out\":\"" + out + "\"}",
            "{\"do\":\"forward\"," + of + "}",
            "{\"do\":\"generate\"," + of + ",\"tokens\":5}",
            "{\"do\":\"train\"," + of + ",\"rate\":0.01,\"activations\":\"stored\"}",
            "{\"do\":\"train\"," + of + ",\"rate\":0.01,\"activations\":\"stored\"}",
            "{\"do\":\"dense\",\"in\":7,\"out\":9,\"n\":128}");
    assertThat(answers).noneMatch(answer -> answer.contains("error"));
    Tensor expected = model.logits(ids, Workers.inline());
    try (Npy written = Npy.open(out)) {
      assertThat(written.floats().data()).containsExactly(expected.data());
    }
    assertThat(answers.get(3)).contains("\"laterTokens\":4");
    assertThat(loss(answers.get(5))).isLessThan(loss(answers.get(4)));
  }

  @Test
  void aWrongRequestDoesNotEndTheServer() throws IOException {
    model();
    assertThat(
            answers(
                "{\"do\":\"dance\"}",
                "{\"do\":\"forward\",\"name\":\"m\",\"ids\":\"x.npy\"}",
                "{\"do\":\"load\",\"name\":\"m\",\"dir\":\"" + directory + "\"}",
                "{\"do\":\"forward\",\"name\":\"m\",\"ids\":\"x.npy\"}"))
        .satisfiesExactly(
            line -> assertThat(line).contains("names no deed"),
            line -> assertThat(line).contains("no model named 'm' was loaded"),
            line -> assertThat(line).contains("\"parameters\":"),
            line -> assertThat(line).contains("TensorFileException"));
  }

  private static double loss(String answer) {
    return Double.parseDouble(answer.replaceAll(".*\"loss\":|}", ""));
  }

  private Reformer model() throws IOException {
    ReformerConfig config =
        ReformerConfig.builder()
            .layers(LayerKind.LOCAL, LayerKind.LSH)
            .dModel(16)
            .heads(2)
            .headSize(8)
            .feedForwardSize(32)
            .vocabularySize(258)
            .maxPositions(64)
            .axial(AxialShape.of(64, 16, 2))
            .localChunk(8)
            .lshChunk(8)
            .causal(true)
            .build();
    Reformer model = Reformer.create(config, 1);
    model.save(directory, DType.F32);
    return model;
  }

  private Path ids(int[] ids) throws IOException {
    Path file = directory.resolve("ids.npy");
    Npy.write(file, ids, ids.length);
    return file;
  }

  private static List<String> answers(String... requests) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ModelServer.run(
        new BufferedReader(new StringReader(String.join("\n", requests))),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        1);
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
