package dev.reformer4j.attention.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.AttentionResult;
import dev.reformer4j.attention.ExactAttention;
import dev.reformer4j.attention.ExactConfig;
import dev.reformer4j.attention.Gradients;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.attention.LocalAttention;
import dev.reformer4j.attention.LocalConfig;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshResult;
import dev.reformer4j.attention.Workers;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// LSH, local and exact attention, forward and backward, give the numbers of Hugging Face and
/// torch.
class GoldenAttentionTest {
  private static final double TOLERANCE = 1e-5;

  static List<GoldenCase> lshCases() {
    return GoldenCase.all("lsh");
  }

  static List<GoldenCase> localCases() {
    return GoldenCase.all("local");
  }

  static List<GoldenCase> exactCases() {
    return GoldenCase.all("exact");
  }

  @ParameterizedTest
  @MethodSource("lshCases")
  void lshAttentionEqualsHuggingFace(GoldenCase golden) {
    LshResult result = lsh(golden).forward(golden.input(), Workers.inline());

    checkHashes(golden, result.hashes());
    golden.check("output", golden.numbers("output"), result.output(), TOLERANCE);
    golden.checkLogSumExp(result.logSumExp());
  }

  @ParameterizedTest
  @MethodSource("lshCases")
  void lshGradientsEqualHuggingFace(GoldenCase golden) {
    LshAttention attention = lsh(golden);
    AttentionInput input = golden.input();
    LshResult result = attention.forward(input, Workers.inline());

    Gradients gradients =
        attention.backward(input, result, golden.tensor("outputGradient"), Workers.inline());

    checkGradients(golden, gradients);
  }

  @ParameterizedTest
  @MethodSource("localCases")
  void localAttentionEqualsHuggingFace(GoldenCase golden) {
    AttentionResult result = local(golden).forward(golden.input(), Workers.inline());

    golden.check("output", golden.numbers("output"), result.output(), TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("localCases")
  void localGradientsEqualHuggingFace(GoldenCase golden) {
    LocalAttention attention = local(golden);
    AttentionInput input = golden.input();
    AttentionResult result = attention.forward(input, Workers.inline());

    Gradients gradients =
        attention.backward(input, result, golden.tensor("outputGradient"), Workers.inline());

    checkGradients(golden, gradients);
  }

  @ParameterizedTest
  @MethodSource("exactCases")
  void exactAttentionEqualsTorchAndHuggingFace(GoldenCase golden) {
    AttentionResult result = exact(golden).forward(golden.input(), Workers.inline());

    golden.check("output", golden.numbers("output"), result.output(), TOLERANCE);
    golden.checkLogSumExp(result.logSumExp());
  }

  @ParameterizedTest
  @MethodSource("exactCases")
  void exactGradientsEqualTorchAndHuggingFace(GoldenCase golden) {
    ExactAttention attention = exact(golden);
    AttentionInput input = golden.input();
    AttentionResult result = attention.forward(input, Workers.inline());

    Gradients gradients =
        attention.backward(input, result, golden.tensor("outputGradient"), Workers.inline());

    checkGradients(golden, gradients);
  }

  private static LshAttention lsh(GoldenCase golden) {
    return new LshAttention(golden.config(), golden.source());
  }

  private static LocalAttention local(GoldenCase golden) {
    return new LocalAttention(
        new LocalConfig(
            golden.integer("chunk"),
            golden.integer("before"),
            golden.integer("after"),
            golden.causal(),
            golden.wrap()));
  }

  private static ExactAttention exact(GoldenCase golden) {
    return new ExactAttention(new ExactConfig(golden.causal()));
  }

  /// Buckets are equal; and so are the chunks, within which the order is free.
  private static void checkHashes(GoldenCase golden, Hashes hashes) {
    assertThat(hashes.isHashed()).isEqualTo(golden.isHashed());
    int[][][][] ids = golden.ids();
    int[][][][] order = golden.order();
    int chunk = golden.integer("chunk");
    for (int sequence = 0; sequence < hashes.sequences(); sequence++) {
      for (int head = 0; head < hashes.heads(); head++) {
        for (int round = 0; golden.isHashed() && round < hashes.rounds(); round++) {
          assertThat(hashes.ids(sequence, head, round))
              .as("ids of round %d; %s", round, GoldenJson.HOW_TO_MAKE)
              .isEqualTo(ids[sequence][head][round]);
          assertThat(chunks(hashes.order(sequence, head, round), chunk))
              .as("chunks of round %d; %s", round, GoldenJson.HOW_TO_MAKE)
              .isDeepEqualTo(chunks(order[sequence][head][round], chunk));
        }
      }
    }
  }

  /// Which tokens are in each chunk of an order.
  private static int[][] chunks(int[] order, int chunk) {
    int[][] chunks = new int[Math.ceilDiv(order.length, chunk)][];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = Arrays.copyOfRange(order, i * chunk, Math.min(order.length, (i + 1) * chunk));
      Arrays.sort(chunks[i]);
    }
    return chunks;
  }

  private static void checkGradients(GoldenCase golden, Gradients gradients) {
    golden.check("queryGradient", golden.numbers("queryGradient"), gradients.query(), TOLERANCE);
    golden.check("valueGradient", golden.numbers("valueGradient"), gradients.value(), TOLERANCE);
    if (golden.isShared()) {
      assertThat(gradients.key()).isSameAs(gradients.query());
    } else {
      Tensor key = gradients.key();
      golden.check("keyGradient", golden.numbers("keyGradient"), key, TOLERANCE);
    }
  }
}
