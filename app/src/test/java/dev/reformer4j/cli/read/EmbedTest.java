package dev.reformer4j.cli.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.checkpoint.Npy;
import dev.reformer4j.checkpoint.Safetensors;
import dev.reformer4j.cli.CliRun;
import dev.reformer4j.cli.model.TestModels;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.text.Vocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Embeddings are the model's hidden states, pooled line by line.
class EmbedTest {
  private static final String[] LINES = {"a", "Grüße aus Köln", "and a third line"};
  private static final int WIDTH = 32;

  @TempDir private Path directory;

  private Path model;
  private Path file;
  private Path out;

  @BeforeEach
  void saveModel() throws IOException {
    model = TestModels.save(HeadKind.MASKED_LANGUAGE_MODEL, directory.resolve("m"));
    file = Files.writeString(directory.resolve("lines.txt"), String.join("\r\n", LINES) + "\n");
    out = directory.resolve("e.npy");
  }

  @Test
  void theMeanIsThatOfAllTokens() throws IOException {
    assertThat(embed().code()).isZero();
    Tensor embeddings = read();
    assertThat(embeddings.shape()).containsExactly(3, WIDTH);
    for (int line = 0; line < 3; line++) {
      Tensor hidden = hidden(line);
      for (int i = 0; i < WIDTH; i++) {
        double sum = 0;
        for (int token = 0; token < hidden.dim(0); token++) {
          sum += hidden.data()[token * WIDTH + i];
        }
        assertThat((double) embeddings.data()[line * WIDTH + i])
            .isEqualTo(sum / hidden.dim(0), Offset.offset(1e-6));
      }
    }
  }

  @Test
  void theFirstIsThatOfTheFirstToken() throws IOException {
    assertThat(embed("--pool", "first").code()).isZero();
    Tensor embeddings = read();
    for (int line = 0; line < 3; line++) {
      assertThat(Arrays.copyOfRange(embeddings.data(), line * WIDTH, (line + 1) * WIDTH))
          .isEqualTo(Arrays.copyOf(hidden(line).data(), WIDTH));
    }
  }

  @Test
  void withoutPoolingShorterLinesEndWithZeros() throws IOException {
    out = directory.resolve("e.safetensors");
    assertThat(embed("--pool", "none").code()).isZero();
    try (Safetensors written = Safetensors.open(out)) {
      Tensor embeddings = written.floats("embeddings");
      int longest = LINES[1].getBytes(StandardCharsets.UTF_8).length;
      assertThat(embeddings.shape()).containsExactly(3, longest, WIDTH);
      assertThat(written.ints("lengths")).containsExactly(1, longest, 16);
      float[] first = Arrays.copyOf(embeddings.data(), longest * WIDTH);
      assertThat(Arrays.copyOf(first, WIDTH)).isEqualTo(hidden(0).data());
      assertThat(Arrays.copyOfRange(first, WIDTH, first.length)).containsOnly(0f);
    }
  }

  @ParameterizedTest
  @EnumSource(HeadKind.class)
  void everyModelEmbeds(HeadKind head) throws IOException {
    model = TestModels.save(head, directory.resolve("other"));
    assertThat(embed().code()).isZero();
  }

  @Test
  void whatCannotBeEmbeddedIsRefusedByItsLine() throws IOException {
    Files.writeString(file, "one\n\nthree\n");
    assertThat(refusal()).contains("line 2 is empty");
    Files.writeString(file, "one\n" + "x".repeat(257));
    assertThat(refusal()).contains("line 2 has 257 tokens").contains("256 positions", "--truncate");
    assertThat(embed("--truncate").code()).isZero();
    Files.delete(out);
    Files.writeString(file, "");
    assertThat(refusal()).contains("is empty");
    Files.write(file, new byte[] {'a', (byte) 0xFF, 'b'});
    assertThat(refusal()).contains("byte 1 (0xFF) is not UTF-8");
    Files.delete(file);
    assertThat(refusal()).contains("no such file");
  }

  @Test
  void anOutputOfAnotherKindIsRefusedBeforeTheWork() {
    out = directory.resolve("e.csv");
    assertThat(refusal()).contains("neither .npy nor .safetensors");
    out = directory.resolve("no/such/e.npy");
    assertThat(refusal()).contains("its directory does not exist");
  }

  @Test
  void theLinesAreNotReplacedByTheirVectors() throws IOException {
    String lines = Files.readString(file);
    out = Files.createLink(directory.resolve("e.npy"), file);
    CliRun run = embed();
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("is the input itself; choose another name");
    assertThat(out).hasContent(lines);
  }

  private String refusal() {
    CliRun run = embed();
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(out).doesNotExist();
    return run.err();
  }

  private CliRun embed(Object... more) {
    Object[] usual = {"embed", "--model", model, "--file", file, "--out", out, "--threads", 2};
    Object[] all = Arrays.copyOf(usual, usual.length + more.length);
    System.arraycopy(more, 0, all, usual.length, more.length);
    return CliRun.of(all);
  }

  private Tensor read() throws IOException {
    try (Npy npy = Npy.open(out)) {
      return npy.floats();
    }
  }

  private Tensor hidden(int line) throws IOException {
    return Reformer.load(model).hidden(Vocabulary.bytes().encode(LINES[line]), Workers.inline());
  }
}
