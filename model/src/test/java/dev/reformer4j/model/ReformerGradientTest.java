package dev.reformer4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Activations;
import dev.reformer4j.layer.Draws;
import dev.reformer4j.layer.PanelLoss;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The gradient of a whole model, in training, equals that of a model in double precision which
/// keeps everything and reverses nothing.
class ReformerGradientTest {
  private static final Workers INLINE = Workers.inline();
  private static final Draws DRAWS = Draws.of(1, 2, 3);
  private static final double STEP = 1e-5;

  /// A panel has 64 columns.
  private static final int PANEL = 64;

  static Stream<ReformerConfig> models() {
    return Stream.of(
            SmallModels.sliding(),
            SmallModels.chunked(),
            SmallModels.chunked().learnedPositions().activation("silu"),
            SmallModels.withHead(HeadKind.MASKED_LANGUAGE_MODEL).lshNeighbours(1, 1),
            SmallModels.withHead(HeadKind.CLASSIFICATION)
                .labels(List.of("a", "b", "c"))
                .classifierDropout(0.4),
            SmallModels.withHead(HeadKind.QUESTION_ANSWERING).localNeighbours(1, 1))
        .map(builder -> builder.hiddenDropout(0.2).localDropout(0.1).lshDropout(0.3).build());
  }

  /// The logits weighed by numbers that are drawn: a loss whose gradient is them.
  private record Weighed(Tensor weights) implements PanelLoss {
    static Weighed of(Reformer model, int rows) {
      Random random = new Random(7);
      Tensor weights = Tensor.zeros(rows, model.answerWidth());
      for (int i = 0; i < weights.size(); i++) {
        weights.data()[i] = (float) random.nextGaussian();
      }
      return new Weighed(weights);
    }

    @Override
    public double gradient(float[] logits, int first, int count) {
      double loss = 0;
      int width = weights.dim(1);
      for (int i = 0; i < count; i++) {
        for (int k = 0; k < width; k++) {
          float weight = weights.data()[(first + i) * width + k];
          loss += weight * (double) logits[k * PANEL + i];
          logits[k * PANEL + i] = weight;
        }
      }
      return loss;
    }

    double of(double[][] logits) {
      double loss = 0;
      for (int i = 0; i < logits.length; i++) {
        for (int k = 0; k < logits[i].length; k++) {
          loss += weights.data()[i * logits[i].length + k] * logits[i][k];
        }
      }
      return loss;
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void gradientsAreThoseOfTheReference(ReformerConfig config) {
    Reformer model = SmallModels.filled(config);
    int n = 70; // no multiple of the chunks: chunked models pad it
    int[] ids = SmallModels.ids(config, n, 3);
    int rows = model.headKind() == HeadKind.CLASSIFICATION ? 1 : n;
    Weighed loss = Weighed.of(model, rows);
    double actualLoss = model.backward(ids, loss, DRAWS, INLINE);

    Map<String, double[]> numbers = new HashMap<>();
    model
        .parameters()
        .forEach((name, parameter) -> {
          float[] data = parameter.value().data();
          numbers.put(name, IntStream.range(0, data.length).mapToDouble(i -> data[i]).toArray());
        });
    ReferenceModel reference = new ReferenceModel(config, model.headKind(), ids, DRAWS);
    double expectedLoss = loss.of(reference.logits(numbers::get));
    assertThat(actualLoss)
        .isCloseTo(expectedLoss, within(1e-4 * Math.max(1, Math.abs(expectedLoss))));

    for (Parameter parameter : model.parameters().values()) {
      double[] values = numbers.get(parameter.name());
      int[] tried = new Random(parameter.size()).ints(5, 0, parameter.size()).distinct().toArray();
      double largest = 1;
      for (float number : parameter.gradient().data()) {
        largest = Math.max(largest, Math.abs(number));
      }
      for (int at : tried) {
        double value = values[at];
        values[at] = value + STEP;
        double more = loss.of(reference.logits(numbers::get));
        values[at] = value - STEP;
        double less = loss.of(reference.logits(numbers::get));
        values[at] = value;
        assertThat((double) parameter.gradient().data()[at])
            .as("gradient of %s, number %d", parameter, at)
            .isCloseTo((more - less) / (2 * STEP), within(1e-4 * largest));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void gradientsDoNotDependOnThreads(ReformerConfig config) {
    Reformer model = SmallModels.filled(config);
    int n = 300;
    int[] ids = SmallModels.ids(config, n, 3);
    int rows = model.headKind() == HeadKind.CLASSIFICATION ? 1 : n;
    double loss = model.backward(ids, Weighed.of(model, rows), DRAWS, INLINE);
    Map<String, float[]> expected = new HashMap<>();
    model
        .parameters()
        .forEach((name, parameter) -> expected.put(name, parameter.gradient().data().clone()));
    for (int threads : new int[] {2, 3, 8}) {
      model.parameters().values().forEach(Parameter::clearGradient);
      try (Workers workers = Workers.of(threads)) {
        assertThat(model.backward(ids, Weighed.of(model, rows), DRAWS, workers)).isEqualTo(loss);
      }
      model
          .parameters()
          .forEach((name, parameter) ->
              assertThat(parameter.gradient().data()).as(name).isEqualTo(expected.get(name)));
    }
  }

  @Test
  void withoutDropoutTheLossIsThatOfTheLogits() {
    Reformer model = SmallModels.filled(SmallModels.chunked().build());
    int[] ids = SmallModels.ids(model.config(), 70, 3);
    Weighed loss = Weighed.of(model, 70);
    Tensor logits = model.logits(ids, INLINE);
    double[][] rows = new double[70][11];
    for (int i = 0; i < logits.size(); i++) {
      rows[i / 11][i % 11] = logits.data()[i];
    }
    assertThat(model.loss(ids, loss, INLINE)).isCloseTo(loss.of(rows), within(1e-9));
    assertThat(model.backward(ids, loss, Draws.NONE, INLINE))
        .isEqualTo(model.loss(ids, loss, INLINE));
    assertThat(model.logits(ids, INLINE).data()).isEqualTo(logits.data());
  }

  @Test
  void withoutAHeadThereIsNoLoss() {
    Reformer model = SmallModels.filled(SmallModels.withHead(HeadKind.NONE).build());
    assertThatThrownBy(() -> model.backward(new int[] {1}, (l, f, c) -> 0, DRAWS, INLINE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no head");
  }

  /// A pass uses the arrays of the one before it again, whose numbers it must not see.
  @Test
  void aPassDoesNotSeeTheNumbersOfTheOneBefore() {
    Reformer model = SmallModels.filled(SmallModels.sliding().build());
    int[] lengths = {150, 150, 70, 150, 70, 70};
    for (Activations activations : Activations.values()) {
      for (int n : lengths) {
        Reformer fresh = SmallModels.filled(model.config());
        int[] ids = SmallModels.ids(model.config(), n, n);
        assertThat(gradients(model, ids, activations))
            .as("%s over %d tokens", activations, n)
            .isEqualTo(gradients(fresh, ids, activations));
      }
    }
  }

  private static float[] gradients(Reformer model, int[] ids, Activations activations) {
    model.parameters().values().forEach(Parameter::clearGradient);
    model.backward(ids, 0, Weighed.of(model, ids.length), DRAWS, activations, INLINE);
    int size = model.parameters().values().stream().mapToInt(Parameter::size).sum();
    float[] all = new float[size];
    int at = 0;
    for (Parameter parameter : model.parameters().values()) {
      System.arraycopy(parameter.gradient().data(), 0, all, at, parameter.size());
      at += parameter.size();
    }
    return all;
  }
}
