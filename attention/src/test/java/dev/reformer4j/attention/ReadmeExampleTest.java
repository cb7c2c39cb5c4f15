package dev.reformer4j.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The example in README.md, run; and a check that it is the one printed there.
class ReadmeExampleTest {
  private static final int HEADS = 2;
  private static final int N = 200;
  private static final int WIDTH = 8;

  @Test
  void theExampleRuns() {
    float[] numbers = Rotations.seeded(1).draw(HEADS, N, 1, WIDTH).data();
    float[] gradient = example(numbers, numbers, numbers, HEADS, N, WIDTH, WIDTH);
    assertThat(gradient).hasSize(HEADS * N * WIDTH).isNotEqualTo(new float[HEADS * N * WIDTH]);
  }

  private static float[] example(
      float[] queriesAndKeys, float[] values, float[] gradient, int heads, int n, int dQk, int dV) {
    // README
    Tensor qk = Tensor.of(queriesAndKeys, heads, n, dQk);
    Tensor v = Tensor.of(values, heads, n, dV);

    LshConfig config = LshConfig.defaults().withRounds(4).withChunk(64).withCausal(true);
    LshAttention attention = new LshAttention(config, Rotations.seeded(7));

    try (Workers workers = Workers.allProcessors()) {
      AttentionInput input = AttentionInput.shared(qk, v);
      LshResult result = attention.forward(input, workers);
      float[] output = result.output().data();

      Tensor outputGradient = Tensor.of(gradient, heads, n, dV);
      Gradients gradients = attention.backward(input, result, outputGradient, workers);
      float[] qkGradient = gradients.query().data();
      // end
      assertThat(output).hasSize(heads * n * dV);
      return qkGradient;
    }
  }

  @Test
  void theExampleIsTheOneInTheReadme() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    String source =
        Files.readString(Path.of("src/test/java/dev/reformer4j/attention/ReadmeExampleTest.java"));
    String example = between(source, "// README\n", "\n      // end\n").stripIndent() + "\n";
    String printed = between(readme, "```java\n", "}\n```");
    assertThat(printed).isEqualTo(example);
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start) + start.length();
    return text.substring(from, text.indexOf(end, from));
  }
}
