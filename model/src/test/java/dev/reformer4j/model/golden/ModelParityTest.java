package dev.reformer4j.model.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.model.HeadKind;
import dev.reformer4j.model.LoadOptions;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The same numbers as Hugging Face, for every kind of configuration.
class ModelParityTest {
  private static final double TOLERANCE = 1e-5;
  private static final Workers WORKERS = Workers.of(2);

  static Stream<Arguments> inputs() {
    return GoldenModel.all().stream()
        .flatMap(model -> model.inputs().stream().map(input -> Arguments.of(model, input)));
  }

  @AfterAll
  static void close() {
    WORKERS.close();
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void hiddenStatesAreThoseOfHuggingFace(GoldenModel golden, GoldenModel.Input input)
      throws IOException {
    Reformer model = Reformer.load(golden.path());
    Tensor hidden =
        input.mask().isPresent()
            ? model.hidden(input.ids(), input.mask().get(), WORKERS)
            : model.hidden(input.ids(), WORKERS);
    golden.check("hidden", input, input.hidden(), hidden, TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void logitsAreThoseOfHuggingFace(GoldenModel golden, GoldenModel.Input input) throws IOException {
    Reformer model = Reformer.load(golden.path());
    if (input.logits().isEmpty()) {
      assertThat(model.headKind()).isEqualTo(HeadKind.NONE);
      return;
    }
    Tensor logits = logits(model, input.ids(), input.mask());
    golden.check("logits", input, input.logits().get(), logits, TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void theBiasOfALanguageModelCanBeLeftOut(GoldenModel golden, GoldenModel.Input input)
      throws IOException {
    if (input.unbiased().isPresent()) {
      LoadOptions unbiased = LoadOptions.defaults().withLanguageModelBias(false);
      Tensor logits = Reformer.load(golden.path(), unbiased).logits(input.ids(), WORKERS);
      golden.check("unbiased", input, input.unbiased().get(), logits, TOLERANCE);
    }
  }

  /// Padding that the caller adds up to the length that the model pads to by itself.
  @ParameterizedTest
  @MethodSource("inputs")
  void whatIsMaskedBehindASequenceDoesNotMatter(GoldenModel golden, GoldenModel.Input input)
      throws IOException {
    Reformer model = Reformer.load(golden.path());
    int n = input.ids().length;
    int padded = Math.min(model.config().paddedLength(n), model.positions());
    if (input.mask().isPresent() || input.logits().isEmpty() || padded == n) {
      return;
    }
    int[] ids = Arrays.copyOf(input.ids(), padded);
    SplittableRandom random = new SplittableRandom(n);
    for (int i = n; i < padded; i++) {
      ids[i] = random.nextInt(model.config().vocabularySize());
    }
    boolean[] mask = new boolean[padded];
    Arrays.fill(mask, 0, n, true);
    Tensor logits = model.logits(ids, mask, WORKERS);
    Tensor expected = input.logits().get();
    Tensor kept = Tensor.of(Arrays.copyOf(logits.data(), expected.size()), expected.shape());
    golden.check("logits beside padding", input, expected, kept, TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void theLikeliestContinuationIsThatOfHuggingFace(GoldenModel golden, GoldenModel.Input input)
      throws IOException {
    if (input.greedy().isEmpty()) {
      return;
    }
    Reformer model = Reformer.load(golden.path());
    int[] ids = input.ids();
    for (int expected : input.greedy().get()) {
      Tensor logits = model.logits(ids, WORKERS);
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] = likeliest(logits, ids.length - 2);
      assertThat(ids[ids.length - 1])
          .as("%s, %s: id %d; %s", golden, input, ids.length - 1, GoldenModel.HOW_TO_MAKE)
          .isEqualTo(expected);
    }
  }

  private static int likeliest(Tensor logits, int row) {
    int width = logits.dim(1);
    int best = 0;
    for (int i = 1; i < width; i++) {
      if (logits.data()[row * width + i] > logits.data()[row * width + best]) {
        best = i;
      }
    }
    return best;
  }

  private static Tensor logits(Reformer model, int[] ids, Optional<boolean[]> mask) {
    return mask.isPresent() ? model.logits(ids, mask.get(), WORKERS) : model.logits(ids, WORKERS);
  }

  /// What the grid must hold; a case that gets lost would not be missed otherwise.
  @Test
  void theGridIsWhole() {
    List<String> names = GoldenModel.all().stream().map(GoldenModel::toString).toList();
    assertThat(names)
        .contains(
            "lm_lsh",
            "lm_local",
            "lm_mixed",
            "lm_chunks_8_16",
            "lm_chunks_16_8",
            "lm_chunks_4_6",
            "lm_auto_buckets",
            "lm_factors",
            "lm_in_chunks",
            "lm_own_chunk",
            "lm_old",
            "lm_shards",
            "lm_wide",
            "mlm_mixed",
            "mlm_local",
            "mlm_chunks_4_6",
            "classifier",
            "answers",
            "headless",
            "headless_causal",
            "train_lm",
            "train_mlm",
            "train_classifier",
            "train_answers");
  }
}
