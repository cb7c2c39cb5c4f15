package dev.reformer4j.attention.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshCache;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Chunked LSH attention token by token gives the numbers of Hugging Face's cache, wherever its
/// definition is ours (see make_cache_golden.py).
class GoldenCacheTest {
  static List<GoldenCase> cases() {
    return GoldenCase.cached();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyStepEqualsHuggingFace(GoldenCase golden) {
    LshAttention attention = new LshAttention(golden.config(), golden.source());
    int heads = golden.integer("heads");
    int d = golden.integer("d");
    int prompt = golden.integer("prompt");
    Tensor query = golden.tensor("query");
    Tensor value = golden.tensor("value");
    AttentionInput first = AttentionInput.shared(upTo(prompt, query), upTo(prompt, value));
    LshCache cache = attention.newCache(heads, d, d);
    cache.fill(first, attention.hash(first, Workers.inline()));
    int steps = golden.integer("n") - prompt;
    double[] expected = golden.numbers("output");
    int[] same = golden.integers("same");
    int compared = 0;

    float[] output = new float[heads * d];
    for (int step = 0; step < steps; step++) {
      float[] token = token(query, prompt + step);
      cache.step(token, token, token(value, prompt + step), output);
      for (int head = 0; head < heads; head++) {
        if (same[head * steps + step] == 1) {
          int at = (head * steps + step) * d;
          golden.check(
              "output of head " + head + " in step " + step,
              Arrays.copyOfRange(expected, at, at + d),
              Tensor.of(Arrays.copyOfRange(output, head * d, (head + 1) * d), d),
              1e-5);
          compared++;
        }
      }
    }

    assertThat(compared).isGreaterThan(heads * steps / 3);
  }

  private static Tensor upTo(int end, Tensor tensor) {
    int heads = tensor.dim(-3);
    int d = tensor.dim(-1);
    Tensor cut = Tensor.zeros(heads, end, d);
    for (int head = 0; head < heads; head++) {
      int from = head * tensor.dim(-2) * d;
      System.arraycopy(tensor.data(), from, cut.data(), head * end * d, end * d);
    }
    return cut;
  }

  private static float[] token(Tensor tensor, int token) {
    int heads = tensor.dim(-3);
    int d = tensor.dim(-1);
    float[] vectors = new float[heads * d];
    for (int head = 0; head < heads; head++) {
      int from = (head * tensor.dim(-2) + token) * d;
      System.arraycopy(tensor.data(), from, vectors, head * d, d);
    }
    return vectors;
  }
}
