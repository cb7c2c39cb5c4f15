package dev.reformer4j.model.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Draws;
import dev.reformer4j.layer.PanelLoss;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The same loss and gradients as Hugging Face, for every kind of head.
class GoldenGradientTest {
  private static final int LANES = 64;

  static List<GoldenModel> models() {
    return GoldenModel.all().stream().filter(model -> model.gradients().isPresent()).toList();
  }

  @Test
  void everyHeadIsThere() {
    assertThat(models()).hasSize(4);
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyGradientIsThatOfHuggingFace(GoldenModel golden) throws IOException {
    GoldenModel.Gradients expected = golden.gradients().orElseThrow();
    Reformer model = Reformer.load(golden.path());
    double loss;
    try (Workers workers = Workers.of(2)) {
      PanelLoss panelLoss = lossOf(model, expected, workers);
      loss = model.backward(expected.ids(), panelLoss, Draws.NONE, workers);
    }
    assertThat(loss)
        .as("%s: loss; %s", golden, GoldenModel.HOW_TO_MAKE)
        .isCloseTo(expected.loss(), within(1e-5));
    assertThat(model.parameters().keySet())
        .containsExactlyInAnyOrderElementsOf(expected.gradients().keySet());
    expected
        .gradients()
        .forEach((name, gradient) ->
            check(
                golden + ", gradient of " + name,
                gradient,
                model.parameters().get(name).gradient()));
  }

  /// Each number to 1e-5 of the largest: rounding errors are those of the largest terms.
  private static void check(String what, Tensor expected, Tensor actual) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    float largest = 0;
    for (float number : expected.data()) {
      largest = Math.max(largest, Math.abs(number));
    }
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.data()[i])
          .as("%s [%d]; %s", what, i, GoldenModel.HOW_TO_MAKE)
          .isCloseTo(expected.data()[i], within(1e-7f + 2e-5f * largest));
    }
  }

  private static PanelLoss lossOf(Reformer model, GoldenModel.Gradients expected, Workers workers) {
    int[] labels = expected.labels();
    return switch (model.headKind()) {
      case LANGUAGE_MODEL -> perToken(model.config().vocabularySize(), shifted(labels));
      case MASKED_LANGUAGE_MODEL -> perToken(model.config().vocabularySize(), labels);
      case CLASSIFICATION -> perToken(model.config().labels().size(), labels);
      case QUESTION_ANSWERING -> perSequence(model.logits(expected.ids(), workers), labels);
      case NONE -> throw new AssertionError("a model without a head has no loss");
    };
  }

  /// A language model predicts the next token, so the last one has no label.
  private static int[] shifted(int[] ids) {
    int[] labels = Arrays.copyOfRange(ids, 1, ids.length + 1);
    labels[ids.length - 1] = -100;
    return labels;
  }

  /// The mean cross-entropy over the tokens with a label.
  private static PanelLoss perToken(int classes, int[] labels) {
    double weight = 1.0 / Arrays.stream(labels).filter(label -> label >= 0).count();
    return (logits, first, count) -> {
      double loss = 0;
      for (int token = 0; token < count; token++) {
        double[] column = new double[classes];
        for (int i = 0; i < classes; i++) {
          column[i] = logits[i * LANES + token];
        }
        int label = labels[first + token];
        loss += label < 0 ? 0 : -weight * logSoftmax(column, label);
        for (int i = 0; i < classes; i++) {
          double gradient = Math.exp(logSoftmax(column, i)) - (i == label ? 1 : 0);
          logits[i * LANES + token] = label < 0 ? 0 : (float) (weight * gradient);
        }
      }
      return loss;
    };
  }

  /// The mean of two cross-entropies over positions, for the first and the last token of an answer.
  private static PanelLoss perSequence(Tensor logits, int[] labels) {
    int n = logits.dim(0);
    double[][] columns = new double[2][n];
    for (int i = 0; i < 2 * n; i++) {
      columns[i % 2][i / 2] = logits.data()[i];
    }
    return (panel, first, count) -> {
      double loss = 0;
      for (int token = 0; token < count; token++) {
        for (int end = 0; end < 2; end++) {
          double log = logSoftmax(columns[end], first + token);
          boolean right = first + token == labels[end];
          loss -= right ? log / 2 : 0;
          panel[end * LANES + token] = (float) ((Math.exp(log) - (right ? 1 : 0)) / 2);
        }
      }
      return loss;
    };
  }

  private static double logSoftmax(double[] logits, int index) {
    double most = Arrays.stream(logits).max().orElseThrow();
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - most);
    }
    return logits[index] - most - Math.log(sum);
  }
}
