package dev.reformer4j.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Against the logits processors of Hugging Face transformers.
class SamplerGoldenTest {
  private static final String HOW_TO_MAKE =
      "make it again by: pip install torch transformers;"
          + " python model/src/test/resources/generate/make_sampling.py";

  static List<String> cases() throws Exception {
    try (InputStream in = SamplerGoldenTest.class.getResourceAsStream("/generate/sampling.txt")) {
      assertThat(in).as(HOW_TO_MAKE).isNotNull();
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertThat(lines).as(HOW_TO_MAKE).hasSizeGreaterThan(100);
      return lines;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void probabilitiesAreThoseOfTransformers(String line) {
    List<String> parts = Pattern.compile(";").splitAsStream(line).toList();
    Sampling sampling =
        new Sampling(
            Double.parseDouble(parts.get(0)),
            Integer.parseInt(parts.get(1)),
            Double.parseDouble(parts.get(2)),
            Double.parseDouble(parts.get(3)),
            Double.parseDouble(parts.get(4)),
            0);
    Sampler sampler = new Sampler(sampling, 0);
    for (double id : numbers(parts.get(5))) {
      sampler.see((int) id);
    }
    double[] logits = numbers(parts.get(6));
    float[] singles = new float[logits.length + 1];
    for (int id = 0; id < logits.length; id++) {
      singles[id + 1] = (float) logits[id];
    }
    double[] expected = numbers(parts.get(7));
    double[] actual = sampler.probabilities(singles, 1, logits.length, 0);
    assertThat(actual).hasSameSizeAs(expected);
    for (int id = 0; id < expected.length; id++) {
      assertThat(actual[id] == 0)
          .as("id %d is out; %s", id, HOW_TO_MAKE)
          .isEqualTo(expected[id] == 0);
      assertThat(Math.abs(actual[id] - expected[id]))
          .as("id %d; %s", id, HOW_TO_MAKE)
          .isLessThanOrEqualTo(1e-12 * expected[id]);
    }
  }

  private static double[] numbers(String text) {
    return Arrays.stream(Pattern.compile(" ").splitAsStream(text).toArray(String[]::new))
        .mapToDouble(
            number -> number.equals("-inf") ? Double.NEGATIVE_INFINITY : Double.parseDouble(number))
        .toArray();
  }
}
